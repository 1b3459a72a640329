import { type Entries, entriesOf, meets } from '../core/plan/entries.ts';
import type { Direction, Step } from '../core/plan/plan-types.ts';
import type { Amount, ChangeSums, Difference, ProposedChange, WaitingPart } from '../core/plan/proposed-change.ts';
import type { Reason } from '../core/reason.ts';
import { visible } from '../core/visible-text.ts';
import { causeText, counted, extent, listed, quantity, stopped } from './format.ts';

// The manners of Terraform's plan: a line a range that begins with + or -, comments behind #, and one line of sums.

const signs: Readonly<Record<Direction, '+' | '-'>> = { add: '+', remove: '-' };

interface LineOptions {
  /** What a decision, or an edit, changes: its ranges are marked. */
  readonly because?: readonly Difference[];
  readonly change?: 'decision' | 'edit';
  /** How many lines a part has at most; all if absent. */
  readonly most?: number;
}

/**
 * What comes and goes, a line a range below the reason for it; what is written by no approval is set in, without a sign at the
 * beginning, so that the lines with one are as many as planSum() says.
 */
export function changeLines(
  change: ProposedChange,
  { because = [], change: what = 'decision', most = Number.POSITIVE_INFINITY }: LineOptions = {},
) {
  const { add, remove, waits, refusals } = change;
  const marked = (direction: Direction) => {
    const some = because.filter((one) => one.direction === direction && one.with !== 'no part');
    return entriesOf(some.flatMap(({ ranges }) => ranges));
  };
  const marks = { add: marked('add'), remove: marked('remove') };
  const lines = (direction: Direction, steps: readonly Step[], indent = '') =>
    groupsOf(steps, marks[direction], what).flatMap(({ why, ranges }) => [
      `# ${why}: ${extent(ranges)}`,
      ...cut(
        ranges.map((range) => `${indent}${signs[direction]} ${range}`),
        most,
      ),
    ]);
  return [
    ...refusals.map((reason) => `# refused: ${reasonText(reason)}`),
    ...lines('add', add),
    ...lines('remove', remove),
    // Of a refused target every part has its reasons.
    ...waits.flatMap((part) => [
      ...(refusals.length > 0 ? [] : whyWaits(part).map((text) => `# ${text}`)),
      ...lines(part.direction, part.steps, part.when === 'never' ? '#   ' : ''),
    ]),
    ...because
      .filter((one) => one.with === 'no part')
      .flatMap(({ direction, without, ranges }) => [
        `# because of this ${what} not to ${direction}${without === 'now' ? '' : ` (${whenTexts[without]} without it)`}: ${quantity(ranges.length, 'range')}`,
        ...cut(
          ranges.map((range) => `#   ${signs[direction]} ${range}`),
          Math.min(most, maxStopped),
        ),
      ]),
  ];
}

/** Steps that are there for one reason, together, in their order. */
function groupsOf(steps: readonly Step[], marks: Entries, what: string) {
  const groups = Map.groupBy(steps, ({ prefix, cause, decisions = [] }) => {
    if (meets(entriesOf([prefix]), marks)) return `${causeText(cause)}, because of this ${what}`;
    return `${causeText(cause)}${decisions.length === 0 ? '' : `, let through by ${listed(decisions)}`}`;
  });
  return [...groups].map(([why, own]) => ({ why, ranges: own.map(({ prefix }) => prefix) }));
}

/** Lines of what a decision stops: the sum says how many there are. */
const maxStopped = 5;

const whenTexts: Readonly<Record<Difference['without'], string>> = {
  now: 'written by the next run',
  later: 'waiting for a change window or the end of a pause',
  'if approved': 'waiting for an approval',
  never: 'not to be written',
  'no part': 'nothing to write',
};

function whyWaits({ part, when, steps, reasons, direction, refused }: WaitingPart): string[] {
  const head = {
    later: `waits for its hour (part ${part})`,
    'if approved': `waits for an approval (part ${part}: \`approve ${part}\` or \`decline ${part}\`)`,
    never: `${refused ? 'refused' : 'differs, and is not written'}: ${quantity(steps.length, 'range')} to ${direction}`,
  };
  return [head[when], ...reasons.map((reason) => `  ${reasonText(reason)}`)];
}

function reasonText({ rule, text, next }: Reason): string {
  return `${text.replace(/\.$/, '')} [${rule}]. ${stopped(`${next.slice(0, 1).toUpperCase()}${next.slice(1)}`)}`;
}

/** "3 to add, 61 to remove. Of these, 61 wait for an approval." */
export function planSum(sums: ChangeSums): string {
  const of = (direction: Direction) =>
    sums[direction].now.ranges + sums[direction].later.ranges + sums[direction]['if approved'].ranges;
  const [later, asked, never] = (['later', 'if approved', 'never'] as const).map(
    (when) => sums.add[when].ranges + sums.remove[when].ranges,
  ) as [number, number, number];
  const verb = (count: number) => `${counted(count)} ${count === 1 ? 'waits' : 'wait'}`;
  const waits = [
    ...(asked > 0 ? [`${verb(asked)} for an approval`] : []),
    ...(later > 0 ? [`${verb(later)} for a change window or the end of a pause`] : []),
  ];
  return [
    `${counted(of('add'))} to add, ${counted(of('remove'))} to remove.`,
    ...(waits.length > 0 ? [`Of these, ${waits.join(', ')}.`] : []),
    ...(never > 0 ? [`${counted(never)} more ${never === 1 ? 'differs and is' : 'differ and are'} not written.`] : []),
  ].join(' ');
}

/** "512 IPv4 addresses, 2 IPv6 prefixes"; nothing for host names alone. */
export function amountText({ ipv4Addresses, ipv6Prefixes }: Amount): string {
  return [
    ...(ipv4Addresses === '0' ? [] : [quantity(BigInt(ipv4Addresses), 'IPv4 address', 'IPv4 addresses')]),
    ...(ipv6Prefixes === 0 ? [] : [quantity(ipv6Prefixes, 'IPv6 prefix', 'IPv6 prefixes')]),
  ].join(', ');
}

/** The first `most` lines, and how many are left. */
function cut(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most), `# and ${counted(lines.length - most)} more`];
}

/** Lines that begin with + and -, as Markdown colours them. */
export function diffBlock(lines: readonly string[]): string {
  const shown = lines.map((line) => visible(line).replace(/\s+/g, ' ').replaceAll('```', "'''"));
  return ['```diff', ...shown, '```'].join('\n');
}
