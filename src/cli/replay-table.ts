import colors from 'picocolors';
import { listed, quantity } from '../messages/format.ts';
import type { ReplayedFolder } from '../replay/folder.ts';
import type { AddressFigure, Figures } from '../replay/metrics.ts';
import type { Replayed } from '../replay/replay.ts';
import { tableText } from '../text-table.ts';

/** A replay as `--json` gives it. `publications` counts every file, also those that were not taken over. */
export function replayJson(replayed: ReplayedFolder): object {
  const { accepted, takenInPart, seen, refused, waiting, unreadable } = replayed;
  const { watch, asked, removals, notices, policies } = replayed;
  return {
    publications: filesIn(replayed),
    accepted,
    takenInPart,
    seen,
    refused,
    waiting,
    unreadable,
    watch: Object.fromEntries(watch),
    events: notices,
    questions: asked,
    removals,
    policies,
  };
}

/** A replay for a terminal. */
export function showReplay(replayed: ReplayedFolder): string {
  const { takenInPart, refused, waiting, unreadable, asked, removals, notices, watch } = replayed;
  const days = Map.groupBy(asked, ({ date }) => date);
  const notWhole = [
    ...takenInPart.map((file) => ({ ...file, how: 'is taken in part', reasons: leftOutOf(file) })),
    ...unreadable.map((file) => ({ ...file, how: 'cannot be read as a whole' })),
    ...refused.map((file) => ({ ...file, how: 'is refused' })),
    ...waiting.map((file) => ({ ...file, how: 'waits for a person' })),
  ].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const returned = removals.filter(({ cameBack }) => cameBack.length > 0);
  return `${[
    `${colors.bold(`${quantity(filesIn(replayed), 'publication')}`)}: ${countsOf(replayed)}; ${quantity(watch.size, 'tag')} watched`,
    ...notWhole.flatMap(({ date, file, how, reasons }) => [
      `  ${date}  ${file} ${how}`,
      ...reasons.map((reason) => `      ${reason}`),
    ]),
    '',
    colors.bold('Events, by kind (a run makes one notice of what belongs together)'),
    tableText(
      ['Event', 'Count'],
      Object.entries(notices).map(([kind, count]) => [kind, count.toLocaleString('en')]),
      { numeric: ['Count'] },
    ),
    '',
    colors.bold(`Questions to an operator: ${asked.length}, on ${quantity(days.size, 'day')}`),
    ...[...days].flatMap(([date, questions]) => [
      `  ${date}`,
      ...questions.flatMap(({ tag, kind, again, reasons }) => [
        `    ${tag}: ${kind}${again ? ', asked again' : ''}`,
        ...reasons.map((reason) => `        ${reason}`),
      ]),
    ]),
    '',
    colors.bold(`Removals: ${removals.length}, of which ${returned.length} came back (--json has each)`),
    ...returned.map(
      ({ date, tag, why, cameBack }) =>
        `  ${date}  ${tag}, ${why}: ${cameBack.map((back) => `${back.ranges.join(', ')} on ${back.date}`).join('; ')}`,
    ),
    '',
    colors.bold('Figures'),
    figuresTable(replayed),
    '',
  ].join('\n')}`;
}

/** One column a policy; the rows are those of the README. */
export function figuresTable({ policies }: Pick<Replayed, 'policies'>): string {
  const head = ['', ...Object.keys(policies)];
  const rows: readonly Row[] = [
    ['weeks asked', ({ weeksAsked }) => weeksAsked.toLocaleString('en')],
    ['  by questions about tags', ({ weeksAskedByHolds }) => weeksAskedByHolds.toLocaleString('en')],
    ['  by questions about files', ({ weeksAskedByFiles }) => weeksAskedByFiles.toLocaleString('en')],
    ['reminders', ({ reminders }) => reminders.toLocaleString('en')],
    ['questions asked again', ({ questionsAskedAgain }) => questionsAskedAgain.toLocaleString('en')],
    ...byFamily('missing, otherwise (address-days)', ({ addressDaysMissing }) => addressDaysMissing),
    ...byFamily('missing, held by a named rule (address-days)', ({ addressDaysHeldGains }) => addressDaysHeldGains),
    ...byFamily('came back within 90 days (addresses)', (figures) => figures.addressesRemovedThatCameBack),
    ...byFamily('beyond publication (address-days)', (figures) => figures.addressDaysBeyondPublication),
    ...byFamily('  came back later', (figures) => figures.addressDaysBeyondCameBack),
    ...byFamily('  still in a parent', (figures) => figures.addressDaysBeyondInParent),
    ...byFamily('  in neither', (figures) => figures.addressDaysBeyondInNeither),
  ];
  return tableText(
    head,
    rows.map(([name, figure]) => [name, ...Object.values(policies).map(figure)]),
    { numeric: head.slice(1) },
  );
}

type Row = readonly [string, (figures: Figures) => string];

function byFamily(name: string, figure: (figures: Figures) => AddressFigure): readonly Row[] {
  return [
    [`${name}, IPv4`, (figures) => figure(figures).ipv4.toLocaleString('en')],
    [`${name}, IPv6`, (figures) => short(figure(figures).ipv6)],
  ];
}

/** IPv6 figures are shortened; --json has them in full. */
function short(digits: string): string {
  return digits.length <= 9
    ? BigInt(digits).toLocaleString('en')
    : `${digits[0]}.${digits.slice(1, 3)}e${digits.length - 1}`;
}

/** What of a file is as before: watched tags each with its reason, the others in a line. */
function leftOutOf({ setAside, setAsideCount, unnamed }: Replayed['takenInPart'][number]): readonly string[] {
  const watched = setAside.filter(({ selected }) => selected);
  const others = setAside.filter(({ selected }) => !selected).map(({ tag, why }) => `${tag} (${why})`);
  const count = setAsideCount - watched.length;
  return [
    ...watched.map(({ tag, why }) => `${tag} stays as before: ${why}`),
    ...(count > 0
      ? [
          `${quantity(count, 'tag')} that no list holds ${count === 1 ? 'stays' : 'stay'} as before: ${listed(others, 3, count)}`,
        ]
      : []),
    ...(unnamed ? [`values without a name that can be read are left out: ${listed(unnamed, 3)}`] : []),
  ];
}

/** `3 accepted (1 in part), 1 seen before`: the verdicts that there are. */
function countsOf({ accepted, takenInPart, seen, refused, waiting, unreadable }: ReplayedFolder): string {
  const others = [
    [seen, 'seen before'],
    [refused.length, 'refused'],
    [waiting.length, 'waiting'],
    [unreadable.length, 'unreadable'],
  ] as const;
  const inPart = takenInPart.length === 0 ? '' : ` (${takenInPart.length} in part)`;
  return [
    `${accepted} accepted${inPart}`,
    ...others.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])),
  ].join(', ');
}

function filesIn({ accepted, seen, refused, waiting, unreadable }: ReplayedFolder): number {
  return accepted + seen + refused.length + waiting.length + unreadable.length;
}
