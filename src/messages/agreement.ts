import { byFamily } from '../core/address/family.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Notice } from '../core/notice.ts';
import { covers, entriesOf, isNone, meets, textsOf, without } from '../core/plan/entries.ts';
import { visible } from '../core/visible-text.ts';
import { listed } from './format.ts';
import type { DriftFate } from './target.ts';
import type { EventOf } from './text.ts';

/** A notice, and the events that it tells of. */
export interface Told {
  readonly notice: Notice;
  readonly of: readonly DomainEvent[];
}

const nothingToDo = /Nothing to do( yet| before that| if this is intended)?\.$/;

/**
 * The notices of one run, none of which says that there is nothing to do where another asks about the same: a reader who
 * sees only the first would leave it at that.
 */
export function agreed(told: readonly Told[]): Notice[] {
  const asking = told.filter(({ notice: { severity } }) => severity === 'needs-you' || severity === 'failed');
  return told.map(({ notice, of }) => {
    if (!nothingToDo.test(notice.headline)) return notice;
    const others = asking.filter(
      (other) => notice.about.some((about) => other.notice.about.includes(about)) || sameMatter(of, other.of),
    );
    if (others.length === 0) return notice;
    const about = [...new Set(others.flatMap(({ of: events }) => events.map((event) => visible(subjectOf(event)))))];
    const headline = notice.headline.replace(
      nothingToDo,
      () => `Nothing to do here; the notice about ${listed(about, 3)} asks about the same.`,
    );
    return { ...notice, headline };
  });
}

/**
 * Events with what their run itself made outdated left out: a list that selects a tag anew learns of a hold that the clock
 * releases in the same run, and who reads that ranges are held must not read that they were released.
 */
export function withoutOutdated(events: readonly DomainEvent[]): DomainEvent[] {
  return events.flatMap((event, index): DomainEvent[] => {
    if (event.kind !== 'hold-opened' && event.kind !== 'hold-reminder') return [event];
    const left = events
      .slice(index + 1)
      .flatMap((later) =>
        (later.kind === 'hold-ended' || later.kind === 'hold-shrunk') && later.hold === event.hold
          ? later.prefixes
          : [],
      );
    if (left.length === 0) return [event];
    const rest = without(entriesOf(event.prefixes), entriesOf(left));
    if (isNone(rest)) return [];
    const prefixes = textsOf(rest);
    if (event.kind === 'hold-reminder') return [{ ...event, prefixes }];
    return [{ ...event, prefixes, addresses: byFamily((family) => rest[family].count.toString()) }];
  });
}

/** What became of a drift in its run. */
export function fateOf(drift: EventOf<'target-drift'>, events: readonly DomainEvent[]): DriftFate {
  const own = events.filter((event) => 'target' in event && event.target === drift.target);
  const written = own.flatMap((event) => (event.kind === 'target-changed' ? rangesIn(event) : []));
  const ranges = rangesIn(drift);
  if (ranges.length > 0 && covers(entriesOf(written), entriesOf(ranges))) return 'repaired';
  const others = own.filter(
    ({ kind }) => kind === 'target-failed' || kind === 'target-refused' || kind === 'target-waits',
  );
  return others.length > 0 ? 'asked' : 'open';
}

/** Whether two notices are about the same ranges, the same registry, or a pause that makes a target late. */
function sameMatter(some: readonly DomainEvent[], others: readonly DomainEvent[]): boolean {
  if (meets(entriesOf(some.flatMap(rangesIn)), entriesOf(others.flatMap(rangesIn)))) return true;
  return some.some((one) => others.some((other) => sameSubject(one, other)));
}

function sameSubject(one: DomainEvent, other: DomainEvent): boolean {
  if ('registry' in one) return 'registry' in other && one.registry === other.registry;
  if (one.kind === 'control-changed') {
    const late = other.kind === 'deadline-in-danger' || other.kind === 'target-failed';
    return late && (one.target === undefined || one.target === other.target);
  }
  // An entry of others that lets in too much waits to be taken out.
  if (one.kind === 'foreign-entries') {
    return other.kind === 'target-waits' && other.target === one.target && other.direction === 'remove';
  }
  return false;
}

/** Canonical prefixes and host names that an event speaks of. */
export function rangesIn(event: DomainEvent): readonly string[] {
  switch (event.kind) {
    case 'target-changed':
    case 'target-drift':
      return [...event.added, ...event.removed];
    case 'target-failed':
    case 'deadline-in-danger':
      return event.missing;
    case 'target-waits':
    case 'target-reminder':
      return event.ranges;
    case 'hold-opened':
    case 'hold-settled':
    case 'hold-shrunk':
    case 'hold-ended':
    case 'hold-reminder':
      return event.prefixes;
    default:
      return [];
  }
}

function subjectOf(event: DomainEvent): string {
  if ('target' in event && event.target !== undefined) return event.target;
  if ('tag' in event) return event.tag;
  if ('registry' in event) return event.registry;
  return 'file' in event ? event.file : 'the source';
}
