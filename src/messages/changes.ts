import type { Cause, Direction } from '../core/plan/plan-types.ts';
import { addressesIn, causeText, extent, quantity } from './format.ts';
import { csvOf, escapedMarkdown } from './markup.ts';

/** One range that went into or out of a target. */
interface ChangeRow {
  readonly at: string;
  readonly run: string;
  readonly target: string;
  readonly list: string;
  readonly direction: Direction;
  readonly prefix: string;
  readonly cause: Cause;
  /** Who let it go, where a person did. */
  readonly by?: readonly { readonly name: string; readonly why: string; readonly ticket?: string }[];
}

/** Changes as CSV, a row a range. IPv6 addresses are whole numbers of up to 39 digits. */
export function changesCsv(changes: readonly ChangeRow[]): string {
  return csvOf([
    ['at', 'target', 'list', 'what', 'prefix', 'addresses', 'cause', 'tag', 'by', 'why', 'ticket', 'run'],
    ...changes.map(({ at, target, list, direction, prefix, cause, by = [], run }) => [
      at,
      target,
      list,
      direction === 'add' ? 'added' : 'removed',
      prefix,
      addressesIn(prefix).toString(),
      causeText(cause),
      'tag' in cause ? cause.tag : '',
      by.map(({ name }) => name).join('; '),
      by.map(({ why }) => why).join('; '),
      by.flatMap(({ ticket }) => ticket ?? []).join('; '),
      run,
    ]),
  ]);
}

/** Changes as a table in Markdown. */
export function changesMarkdown(changes: readonly ChangeRow[]): string {
  if (changes.length === 0) return 'Nothing was changed.\n';
  const rows = changes.map(({ at, target, direction, prefix, cause, by = [], run }) =>
    [
      `${at.slice(0, 16).replace('T', ' ')}`,
      escapedMarkdown(target),
      direction === 'add' ? 'added' : 'removed',
      `\`${prefix}\``,
      escapedMarkdown(causeText(cause)),
      escapedMarkdown(decidedText(by)),
      escapedMarkdown(run),
    ].join(' | '),
  );
  return `${[
    '| when (UTC) | target | what | range | cause | decided by | run |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')}\n`;
}

/** What a run did to one target: "hub: 12 ranges in, 3 ranges out". */
export function changeTitle(changes: readonly ChangeRow[]): string {
  const count = (direction: Direction) => changes.filter((change) => change.direction === direction).length;
  const [added, removed] = [count('add'), count('remove')];
  const what = [added > 0 && `${quantity(added, 'range')} in`, removed > 0 && `${quantity(removed, 'range')} out`];
  return `${changes[0]?.target}: ${what.filter(Boolean).join(', ')}`;
}

/** Sums of what one target gained and lost, then a line a range. */
export function changeLines(changes: readonly ChangeRow[]): string[] {
  const of = (direction: Direction) => changes.filter((change) => change.direction === direction);
  const sum = (what: string, some: readonly ChangeRow[]) =>
    some.length > 0 ? [`${what}: ${extent(some.map(({ prefix }) => prefix))}`] : [];
  return [
    ...sum('Added', of('add')),
    ...sum('Removed', of('remove')),
    ...changes.map(({ direction, prefix, cause, by = [] }) => {
      const decided = decidedText(by);
      return `${direction === 'add' ? '+' : '-'} ${prefix} (${causeText(cause)}${decided === '' ? '' : `; decided by ${decided}`})`;
    }),
  ];
}

/** "anna (CHG1), ben": nobody where no decision was needed. */
export function decidedText(by: NonNullable<ChangeRow['by']>): string {
  return by.map(({ name, ticket }) => `${name}${ticket === undefined ? '' : ` (${ticket})`}`).join(', ');
}
