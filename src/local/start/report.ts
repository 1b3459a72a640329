import colors from 'picocolors';
import type { Config } from '../../config/config.ts';
import type { DomainEvent } from '../../core/event.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { Outcome, RunStatus } from '../../core/plan/plan-types.ts';
import { quantity, statusText } from '../../messages/format.ts';
import { firstLine, type Severity } from '../../messages/text.ts';
import { textOf } from '../../messages/text-of.ts';
import { listsOf } from '../../run/lists.ts';
import type { RunView } from '../../run/service.ts';
import { tableText } from '../../text-table.ts';
import type { TargetRead } from './run-line.ts';

type Paint = (text: string) => string;

const statusPaint: Readonly<Record<string, Paint>> = {
  failed: colors.red,
  partial: colors.red,
  refused: colors.red,
  waiting: colors.yellow,
  applied: colors.green,
  'no-change': colors.green,
};

const severityPaint: Readonly<Record<Severity, Paint>> = {
  ok: colors.green,
  info: (text) => text,
  'needs-you': colors.yellow,
  failed: colors.red,
};

/** A status in its colour; plain where colours are not wanted (NO_COLOR) or not possible. */
export function painted(status: string): string {
  return (statusPaint[status] ?? ((text) => text))(statusText(status));
}

/** Write requests of a run; a lower bound where a worker died. */
export function writesText({ armWrites, armWritesAtLeast }: RunView): string {
  return `${armWritesAtLeast ? 'at least ' : ''}${quantity(armWrites, 'write')}`;
}

/** What a run did, as text: the publication, the tags it is about, the targets, and the events. */
export function reportRun(
  run: RunView,
  context: { readonly config: Config; readonly ledger: Ledger | undefined; readonly targets: readonly TargetRead[] },
): string {
  return [
    `${colors.bold('Run')} ${run.run}: ${painted(run.status)}, ${writesText(run)} to Azure Resource Manager`,
    publicationText(run),
    tagTable(run.events, context.config, context.ledger),
    targetTable(run, context.targets),
    eventTexts(run.events),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Events as text, each under its severity. */
export function eventTexts(events: readonly DomainEvent[]): string {
  return events
    .map((event) => {
      const text = textOf(event);
      return [severityPaint[text.severity](firstLine(text)), ...text.lines.map((line) => `    ${line}`)].join('\n');
    })
    .join('\n');
}

function publicationText({ publication }: Pick<RunView, 'publication'>): string {
  if (publication === undefined) return 'No publication is in force.';
  const { file, changeNumber, date, cloud, provenance } = publication;
  const sample = provenance.via === 'sample' ? colors.yellow(' SAMPLE, made up') : '';
  return `Publication ${changeNumber} of ${date} (${cloud}, ${file}) is in force.${sample}`;
}

/** One row for each tag that a list selects. */
function tagTable(events: readonly DomainEvent[], config: Config, ledger: Ledger | undefined): string {
  const tags = new Set(Object.values(listsOf(config, ledger)).flatMap((list) => list.tags));
  if (ledger === undefined || tags.size === 0) return '';
  const head = ['Tag', 'IPv4 prefixes', 'IPv4 addresses', 'IPv6 prefixes', 'Gained', 'Lost', 'Still held'];
  const rows = [...tags].sort().map((tag) => {
    const entry = ledger.tags.get(tag);
    const changed = events.filter((event) => event.kind === 'tag-changed').filter((event) => event.tag === tag);
    const held = entry?.holds.filter((hold) => hold.kind === 'loss') ?? [];
    const published = entry?.published;
    return [
      entry?.vanished === undefined ? tag : `${tag} (vanished)`,
      numbered(published?.ipv4.prefixCount),
      numbered(published?.ipv4.count),
      numbered(published?.ipv6.prefixCount),
      signed('+', changed.flatMap((event) => event.gained).length),
      signed('-', changed.flatMap((event) => event.lost).length),
      numbered(held.flatMap(({ held: { ipv4, ipv6 } }) => [...ipv4.toPrefixes(), ...ipv6.toPrefixes()]).length),
    ];
  });
  return table(head, rows);
}

function targetTable(run: RunView, targets: readonly TargetRead[]): string {
  const head = ['Target', 'Kind', 'Status', 'Entries now', 'Added', 'Removed', 'What holds it back'];
  const rows = run.targets.map(({ id, kind, status, outcomes }) => {
    const read = targets.find((target) => target.id === id);
    const done = outcomes.filter(({ result }) => result === 'done');
    return [
      id,
      kind,
      painted(status),
      read?.live === undefined ? 'unreadable' : numbered(read.live.units.flatMap(({ entries }) => entries).length),
      signed('+', done.flatMap(({ added }) => added).length),
      signed('-', done.flatMap(({ removed }) => removed).length),
      outcomes.some(isHeldUp) ? 'see below' : onlyReported(outcomes),
    ];
  });
  const reasons = run.targets.flatMap(({ id, outcomes }) =>
    outcomes.filter(isHeldUp).map(({ result, text }) => `  ${id}: ${painted(result)}: ${text}`),
  );
  return run.targets.length === 0 ? '' : [table(head, rows), ...reasons].join('\n');
}

/** What a target in mode report-only, or add-only, would have had written. */
function onlyReported(outcomes: readonly Outcome[]): string {
  const reported = outcomes.filter(({ result }) => result === 'reported');
  const sums = [
    signed('+', reported.flatMap(({ added }) => added).length),
    signed('-', reported.flatMap(({ removed }) => removed).length),
  ].filter((sum) => sum !== '');
  return sums.length === 0 ? '' : `only reported: ${sums.join(' ')}`;
}

function isHeldUp({ result }: Outcome): boolean {
  return result !== 'done' && result !== 'reported';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = /prefixes|addresses|Gained|Lost|held|Entries|dded|emoved|Would/;
  return tableText(head, rows, { numeric: head.filter((text) => numeric.test(text)) });
}

function numbered(count: number | bigint | undefined): string {
  return count === undefined ? '-' : count.toLocaleString('en');
}

function signed(sign: '+' | '-', count: number): string {
  return count === 0 ? '' : `${sign}${numbered(count)}`;
}

/** 0 good, 1 failed, partial or refused, 2 usage or config, 3 a question was opened. */
export type ExitCode = 0 | 1 | 2 | 3;

const codes: Readonly<Record<RunStatus, ExitCode>> = {
  failed: 1,
  partial: 1,
  refused: 1,
  waiting: 3,
  applied: 0,
  'no-change': 0,
};

/** The code for a run's status. */
export function exitCodeOf(status: RunStatus): ExitCode {
  return codes[status];
}

/** The code for several runs: what failed outweighs a question, a question outweighs what is good. */
export function worstOf(all: readonly ExitCode[]): ExitCode {
  return ([2, 1, 3] as const).find((code) => all.includes(code)) ?? 0;
}
