import type { DomainEvent } from '../core/event.ts';
import { covers, entriesOf, meets } from '../core/plan/entries.ts';
import { aWeekAfter } from '../core/publication/freshness.ts';
import { causesOf, remedyLines } from './failure.ts';
import { clock, counted, extent, listed, quantity, span, stopped } from './format.ts';
import { answerLine, keptLine, lossAsked, lossFacts, lossKept, questionEnds, releaseLine } from './hold.ts';
import type { Places } from './links.ts';
import type { EventOf, Text } from './text.ts';

/** The context of notices: time, run, publication, and the lists and targets of the config. */
export interface Occasion {
  /** ISO 8601. */
  readonly at: string;
  readonly run?: string;
  /** The publication in force then. */
  readonly publication?: { readonly changeNumber: number; readonly file: string; readonly date: string };
  /** The config's lists and targets. */
  readonly lists: Readonly<
    Record<string, { readonly tags: readonly string[]; readonly registries?: readonly { readonly registry: string }[] }>
  >;
  readonly targets: Readonly<Record<string, { readonly list: string }>>;
  /** Where links lead; absent: a notice has none. */
  readonly places?: Places;
}

/** One question for all losses of one publication: a fault of the file is one decision, not one per tag. */
export function pendingText(holds: readonly EventOf<'hold-opened'>[], events: readonly DomainEvent[]): Text {
  const [first] = holds;
  if (first === undefined) throw new RangeError('expected at least one hold');
  if (holds.length === 1) {
    const text = lossAsked(first);
    const [facts = '', ...rest] = text.lines;
    return { ...text, lines: [`${facts}${alsoAdded(first, events)}`, ...rest] };
  }
  const numbers = [...new Set(holds.map(({ changeNumber }) => changeNumber))];
  const vanished = holds.every(({ questions }) => questions.some(({ rule }) => rule === 'tag-vanished'));
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${quantity(holds.length, 'tag')} ${vanished ? 'are gone from' : 'lost addresses in'} ${numbers.length === 1 ? 'publication' : 'publications'} ${listed(numbers.map(String))}, ${extent(holds.flatMap(({ prefixes }) => prefixes))} in all: ${listed(holds.map(({ tag }) => tag))}; all of them were kept.`,
    lines: [
      ...holds.map((hold) => `${hold.tag}: ${lossFacts(hold)}${alsoAdded(hold, events)} Hold: ${hold.hold}.`),
      ...numbers.map((number) => answerLine(`--publication ${number}`)),
      'To answer a single hold, give its id instead of --publication.',
      `No answer: all of them stay allowed; ${questionEnds}`,
    ],
  };
}

/** What the file adds beside a loss, and what became of that: all of it written, or a notice of its own. */
function alsoAdded(hold: EventOf<'hold-opened'>, events: readonly DomainEvent[]): string {
  const change = events.find((event) => event.kind === 'tag-changed' && event.tag === hold.tag);
  if (change?.kind !== 'tag-changed' || change.gained.length === 0) return '';
  const gained = entriesOf(change.gained);
  const written = events.flatMap((event) => (event.kind === 'target-changed' ? event.added : []));
  const open = events.some((event) => event.kind !== 'target-changed' && isOpen(event, gained));
  const fate = open
    ? 'other notices say what became of that'
    : covers(entriesOf(written), gained)
      ? 'that is applied'
      : 'that is added as usual';
  return ` The file also adds ${extent(change.gained)}; ${fate}.`;
}

/** Whether an event says that some of the ranges are not where they should be. */
function isOpen(event: DomainEvent, ranges: ReturnType<typeof entriesOf>): boolean {
  if (event.kind === 'hold-opened') return event.of === 'gain' && meets(entriesOf(event.prefixes), ranges);
  if (event.kind === 'target-waits') return event.direction === 'add' && meets(entriesOf(event.ranges), ranges);
  const late = event.kind === 'target-failed' || event.kind === 'deadline-in-danger';
  return late && meets(entriesOf(event.missing), ranges);
}

/** One notice for all losses that ask nothing: those that the parents of their tags keep first, then those of the clock. */
export function keptText(holds: readonly EventOf<'hold-opened'>[], events: readonly DomainEvent[]): Text {
  const [first] = holds;
  const numbers = [...new Set(holds.map(({ changeNumber }) => changeNumber))];
  const byParents = holds.filter(({ settled }) => settled === 'kept');
  const clocked = holds.filter(({ settled }) => settled !== 'kept');
  if (first !== undefined && byParents.length === 1 && holds.length === 1) {
    const [facts = '', ...rest] = lossKept(first).lines;
    return { ...lossKept(first), lines: [`${facts}${alsoAdded(first, events)}`, ...rest] };
  }
  const ofAll = (some: typeof holds) =>
    `${extent(some.flatMap(({ prefixes }) => prefixes))} of ${listed(some.map(({ tag }) => tag))}`;
  const what = [
    ...(byParents.length > 0
      ? [`${ofAll(byParents)}, which stay allowed because the parents of the tags in the same file still have them`]
      : []),
    ...(clocked.length > 0
      ? [
          `${ofAll(clocked)}, which ${clocked.length === 1 && clocked[0]?.prefixes.length === 1 ? 'stays' : 'stay'} allowed until the clock releases them`,
        ]
      : []),
  ];
  return {
    severity: 'info',
    headline: `${numbers.length === 1 ? 'publication' : 'publications'} ${listed(numbers.map(String))} no longer ${numbers.length === 1 ? 'has' : 'have'} ${what.join('; and ')}. Nothing to do.`,
    lines: [
      ...byParents.map((hold) => `${hold.tag}: ${lossFacts(hold)}${alsoAdded(hold, events)} Hold: ${hold.hold}.`),
      ...(byParents.length > 0 ? [keptLine] : []),
      ...clocked.map((hold) => `${hold.tag}: ${listed(hold.prefixes)}. Hold: ${hold.hold}.`),
      ...(clocked.length > 0 ? [releaseLine] : []),
    ],
  };
}

/** One notice for holds that ended, or of which a part returned. */
export function endedText(holds: readonly EventOf<'hold-ended' | 'hold-shrunk'>[], each: readonly Text[]): Text {
  const tags = [...new Set(holds.map(({ tag }) => tag))];
  const back = holds.filter((hold) => hold.of === 'loss' && (hold.kind === 'hold-shrunk' || hold.how === 'returned'));
  const gone = holds.filter((hold) => hold.of === 'loss' && hold.kind === 'hold-ended' && hold.how === 'released');
  const others = holds.length - back.length - gone.length;
  const what = [
    ...(back.length > 0
      ? [`${extent(back.flatMap((hold) => hold.prefixes))} published again and allowed throughout`]
      : []),
    ...(gone.length > 0 ? [`${extent(gone.flatMap((hold) => hold.prefixes))} released`] : []),
    ...(others > 0 ? [`${counted(others)} more ${others === 1 ? 'hold' : 'holds'} ended`] : []),
  ];
  return {
    severity: 'ok',
    headline: `${listed(tags)}: ${what.join('; ')}. Nothing to do.`,
    lines: each.flatMap((text, index) => text.lines.map((line) => `${holds[index]?.tag}: ${line}`)),
  };
}

/** One notice for all changes of a run: the ranges, the targets, and the time left before Azure may use them. */
export function changedText(
  changes: readonly EventOf<'target-changed'>[],
  events: readonly DomainEvent[],
  occasion: Occasion,
): Text {
  const added = [...new Set(changes.flatMap((change) => change.added))];
  const removed = [...new Set(changes.flatMap((change) => change.removed))];
  const targets = listed(changes.map(({ target }) => target));
  const what = [
    ...(added.length > 0 ? [`${extent(added)} in place on ${targets}${inTime(added, events, occasion)}`] : []),
    ...(removed.length > 0 ? [`${extent(removed)} removed${added.length > 0 ? '' : ` from ${targets}`}`] : []),
  ];
  const accepted = events.find((event) => event.kind === 'publication-accepted');
  return {
    severity: 'ok',
    headline: `${what.join('; ')}. Nothing to do.`,
    lines: [
      ...byRanges(changes, 'added'),
      ...byRanges(changes, 'removed'),
      `${quantity(changes.length, 'target was', 'targets were')} written and verified${accepted ? `, after publication ${accepted.changeNumber} (${accepted.file})` : ''}.`,
    ],
  };
}

/** One line for the targets that got, or lost, the same ranges. */
function byRanges(changes: readonly EventOf<'target-changed'>[], way: 'added' | 'removed'): string[] {
  const some = changes.filter((change) => change[way].length > 0);
  return [...Map.groupBy(some, (change) => change[way].join()).values()].map(
    (same) => `${listed(same.map(({ target }) => target))}, ${way}: ${listed(same[0]?.[way] ?? [])}.`,
  );
}

/** The time left before Azure may use the additions; empty if no publication of this run announced them. */
function inTime(added: readonly string[], events: readonly DomainEvent[], occasion: Occasion): string {
  const { publication } = occasion;
  const deadline = publication && aWeekAfter(publication.date);
  const announced = events.some((event) => event.kind === 'tag-changed' && event.gained.length > 0);
  if (deadline === undefined || !announced) return '';
  const left = Date.parse(deadline) - Date.parse(occasion.at);
  const it = added.length === 1 ? 'it' : 'them';
  return left > 0 ? ` ${span(left)} before Azure may use ${it}` : `; Azure may use ${it} since ${clock(deadline)}`;
}

/** A target that was not updated: the missing ranges and their deadline, the error, what to do, what not to do. */
export function failedText(event: EventOf<'target-failed'>, events: readonly DomainEvent[], occasion: Occasion): Text {
  const others = events.filter((one) => one.kind === 'target-changed').map(({ target }) => target);
  const well = others.filter((target) => target !== event.target);
  const partly = others.includes(event.target);
  const { publication } = occasion;
  const deadline = publication && aWeekAfter(publication.date);
  const lacks = event.missing.length > 0;
  const ahead = deadline !== undefined && deadline > occasion.at;
  const from = ahead ? `from ${clock(deadline)} on` : 'at any time now';
  return {
    severity: 'failed',
    ...(lacks ? { qualifier: ahead ? `act before ${clock(deadline)}` : 'act now' } : {}),
    headline: `${event.target} was ${partly ? 'only PARTLY' : 'NOT'} updated${well.length > 0 ? ` (${listed(well)} ${well.length === 1 ? 'was' : 'were'})` : ''}${lacks ? `: ${extent(event.missing)} missing, connections there may fail ${from}` : ''}.`,
    lines: [
      `Error: ${stopped(event.text)}`,
      ...(lacks ? [`Missing: ${listed(event.missing)}.`] : []),
      ...remedyLines(event.target, causesOf(event.errors), occasion.places?.targets[event.target]?.resource),
    ],
  };
}
