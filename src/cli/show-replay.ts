import colors from 'picocolors';
import { quantity } from '../messages/format.ts';
import type { ReplayedFolder } from '../replay/folder.ts';
import type { AddressFigure, Figures } from '../replay/metrics.ts';
import { tableText } from './table.ts';

/** The figures of a replay as `--json` gives them. `publications` counts every file, also those that were refused. */
export function replayJson(replayed: ReplayedFolder): {
  readonly publications: number;
  readonly policies: Readonly<Record<string, Figures>>;
} {
  return { publications: filesIn(replayed), policies: replayed.policies };
}

/** A replay for a terminal. */
export function showReplay(replayed: ReplayedFolder): string {
  const { accepted, refused, unreadable, asked, notices, watch } = replayed;
  const not = [...unreadable, ...refused];
  const weeks = Map.groupBy(asked, ({ date }) => date);
  return `${[
    `${colors.bold(`${quantity(filesIn(replayed), 'publication')}`)}: ${accepted} accepted, ${not.length} refused; ${quantity(watch.length, 'tag')} watched`,
    ...not.flatMap(({ file, reasons }) => [`  ${file}`, ...reasons.map((reason) => `      ${reason}`)]),
    '',
    colors.bold('Events, by kind (a run makes one notice of what belongs together)'),
    tableText(
      ['Event', 'Count'],
      Object.entries(notices).map(([kind, count]) => [kind, count.toLocaleString('en')]),
      ['Count'],
    ),
    '',
    colors.bold(`Questions to a person: ${asked.length}, on ${quantity(weeks.size, 'day')}`),
    ...[...weeks].flatMap(([date, questions]) => [
      `  ${date}`,
      ...questions.flatMap(({ tag, of, reasons }) => [
        `    ${tag}: ${of}`,
        ...reasons.map((reason) => `        ${reason}`),
      ]),
    ]),
    '',
    colors.bold('Beside simpler ways'),
    comparison(replayed),
    '',
  ].join('\n')}`;
}

function comparison({ policies }: ReplayedFolder): string {
  const head = ['', ...Object.keys(policies)];
  const rows: readonly (readonly [string, (figures: Figures) => string])[] = [
    ['weeks asked', ({ weeksAsked }) => weeksAsked.toLocaleString('en')],
    ...families('missing, otherwise (address-days)', ({ addressDaysMissing }) => addressDaysMissing),
    ...families('missing, held by a named rule (address-days)', ({ addressDaysHeldGains }) => addressDaysHeldGains),
    ...families('came back within 90 days (addresses)', (figures) => figures.addressesRemovedThatCameBack),
    ...families('beyond publication (address-days)', (figures) => figures.addressDaysBeyondPublication),
  ];
  return tableText(
    head,
    rows.map(([name, figure]) => [name, ...Object.values(policies).map(figure)]),
    head.slice(1),
  );
}

function families(
  name: string,
  figure: (figures: Figures) => AddressFigure,
): (readonly [string, (figures: Figures) => string])[] {
  return [
    [`${name}, IPv4`, (figures) => figure(figures).ipv4.toLocaleString('en')],
    [`${name}, IPv6`, (figures) => short(figure(figures).ipv6)],
  ];
}

/** IPv6 figures are too long to read; --json has them in full. */
function short(digits: string): string {
  return digits.length <= 9
    ? BigInt(digits).toLocaleString('en')
    : `${digits[0]}.${digits.slice(1, 3)}e${digits.length - 1}`;
}

function filesIn({ accepted, refused, unreadable, seen }: ReplayedFolder): number {
  return accepted + refused.length + unreadable.length + seen;
}
