import Table from 'cli-table3';
import { counted } from '../../../src/core/judge/arithmetic.ts';
import { type FaultCounts, type FaultLeft, type FaultTableResult, judged } from './table.ts';

const columns = [
  'cases',
  'strangers let in',
  'own region let in',
  'cut at once',
  'cut later',
  'cut in silence',
  'over 25 % so',
  'asked',
  'kept unasked',
  'file waits',
  'additions missing',
];

/** The table for a terminal: the judge by kinds of fault, everybody in sum, the bars, and an example of each kind that breaks one. */
export function faultTableText({ kinds, totals, bars, left }: FaultTableResult): string {
  const byKind = tableOf('kind of fault');
  for (const { name, indistinguishable, counts } of kinds) {
    const row = counts[judged];
    if (row) byKind.push([name + (indistinguishable === undefined ? '' : ' *'), ...cells(row)]);
  }
  const inSum = tableOf('all kinds');
  for (const [name, counts] of Object.entries(totals)) inSum.push([name, ...cells(counts)]);
  const notes = kinds.flatMap(({ name, indistinguishable }) =>
    indistinguishable === undefined ? [] : [`* ${name}: outside of the bars, because ${indistinguishable}.`],
  );
  const verdicts = bars.map(
    ({ name, got, most, met }) => `${met ? 'met' : 'NOT MET'}: ${name}: ${counted(got)}, at most ${counted(most)}`,
  );
  return [byKind.toString(), inSum.toString(), ...notes, '', ...verdicts, '', ...examplesOf(left), ''].join('\n');
}

function tableOf(first: string): Table.Table {
  return new Table({
    head: [first, ...columns],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    colWidths: [null, ...columns.map(() => 11)],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
}

function cells(row: FaultCounts): string[] {
  const { cases, letIn, letInRegion, cutAtOnce, cutLater, cutInSilence, largeInSilence } = row;
  const { asked, keptUnasked, waits, additionsMissing } = row;
  return [
    cases,
    letIn,
    letInRegion,
    cutAtOnce,
    cutLater,
    cutInSilence,
    largeInSilence,
    asked,
    keptUnasked,
    waits,
    additionsMissing,
  ].map(counted);
}

/** The worst case of each kind that breaks a bar. */
function examplesOf(left: readonly FaultLeft[]): string[] {
  const worst = new Map<string, FaultLeft>();
  const cases = new Map<string, number>();
  for (const one of left) {
    const key = `${one.broken}, ${one.kind}`;
    cases.set(key, (cases.get(key) ?? 0) + 1);
    const known = worst.get(key);
    if (!known || weightOf(one) > weightOf(known)) worst.set(key, one);
  }
  const mostCases = [...worst].toSorted(([a], [b]) => (cases.get(b) ?? 0) - (cases.get(a) ?? 0));
  return mostCases.map(([key, { before, after, tag, ranges, size, share }]) => {
    const sizes = `${counted(size.ipv4)} IPv4 addresses, ${counted(size.ipv6)} IPv6 prefixes`;
    const of = share === undefined ? '' : `, ${Math.round(share * 100)} % of the tag`;
    return `${key} (${counted(cases.get(key) ?? 0)}), worst: ${before} to ${after}, ${tag}: ${ranges} (${sizes}${of})`;
  });
}

function weightOf({ share, size }: FaultLeft): number {
  return share ?? size.ipv4 + size.ipv6;
}
