import type { DomainEvent } from '../core/event.ts';
import { percent } from '../core/judge/arithmetic.ts';
import { regionOf } from '../core/publication/catalog.ts';
import { extent, listed, quantity, stopped } from './format.ts';
import type { EventOf } from './text.ts';
import { textOf } from './text-of.ts';

/**
 * What one run did, in a few sentences for a line of a log: what the file lost and got back, what is kept out, what went out,
 * what others changed, and the headline of everything else that failed or waits. Made of its events alone.
 */
export function weekText(events: readonly DomainEvent[]): string {
  const of = <K extends DomainEvent['kind']>(kind: K) =>
    events.filter((event): event is EventOf<K> => event.kind === kind);
  const opened = of('hold-opened');
  const bad = events
    .filter((event) => !isTold(event))
    .map(textOf)
    .filter(({ severity }) => severity === 'failed' || severity === 'needs-you');
  const news = [
    ...losses(opened.filter(({ of: what }) => what === 'loss')),
    ...endings(of('hold-ended')),
    ...strangers(opened.filter(({ of: what }) => what === 'gain')),
    ...of('tag-vanished').map(({ tag }) => `${tag} is gone from the file.`),
    ...of('tag-returned').map(({ tag }) => `${tag} is back in the file.`),
    ...byHand(of('target-drift'), of('foreign-entries')),
    ...deadlines(of('deadline-in-danger')),
    ...bad.map(({ headline }) => stopped(headline)),
  ];
  const out = written(of('target-changed'), of('target-drift'), opened.length + bad.length > 0);
  return [...news, ...out].join(' ') || 'Nothing changed for these lists.';
}

/** Kinds that have a sentence of their own here, and reminders of what an earlier line said. */
const told: ReadonlySet<DomainEvent['kind']> = new Set([
  'hold-opened',
  'hold-ended',
  'tag-vanished',
  'tag-returned',
  'target-drift',
  'foreign-entries',
  'target-changed',
  'deadline-in-danger',
  'hold-reminder',
  'target-reminder',
]);

/** All of ours that was taken out needs a person. */
function isTold(event: DomainEvent): boolean {
  return told.has(event.kind) && !(event.kind === 'target-drift' && event.whole);
}

function losses(events: readonly EventOf<'hold-opened'>[]): string[] {
  if (events.length === 0) return [];
  const largest = events.reduce((most, event) => (shareOf(event) > shareOf(most) ? event : most));
  const others = events.length - 1;
  const what = `${largest.tag} lost ${lossOf(largest)}.`;
  const more = others === 0 ? [] : [`${quantity(others, 'other tag')} lost ranges too.`];
  return [what, fateOf(largest), ...more];
}

function shareOf({ addresses, before }: EventOf<'hold-opened'>): number {
  return Number(addresses.ipv4) / Math.max(Number(before ?? 0), 1);
}

function lossOf({ addresses, before, prefixes }: EventOf<'hold-opened'>): string {
  const [lost, had] = [BigInt(addresses.ipv4), BigInt(before ?? '0')];
  return lost > 0n && had > 0n
    ? `${percent(lost, had)} of its addresses (${quantity(prefixes.length, 'range')})`
    : extent(prefixes);
}

function fateOf({ questions, settled, keptBy, underRegion, tag }: EventOf<'hold-opened'>): string {
  if (questions.length > 0) return 'Kept: you are asked.';
  if (settled !== 'kept') return 'Kept until the clock releases it.';
  const byRegion = keptBy?.includes('region') ?? underRegion !== undefined;
  const where = byRegion ? `AzureCloud of ${regionOf(tag)}` : "the service's global tag";
  return `Kept: ${where} has them.`;
}

function endings(events: readonly EventOf<'hold-ended'>[]): string[] {
  const sentence = (how: EventOf<'hold-ended'>['how'], of: 'loss' | 'gain', words: string): string[] => {
    const some = events.filter((event) => event.how === how && event.of === of);
    const tags = [...new Set(some.map(({ tag }) => tag))];
    return tags.length === 0
      ? []
      : [`${listed(tags, 2)}: ${extent(some.flatMap((event) => event.prefixes))} ${words}.`];
  };
  return [
    ...sentence('returned', 'loss', 'back in the file, allowed throughout'),
    ...sentence('released', 'loss', 'released, leaves the lists'),
    ...sentence('withdrawn', 'loss', 'no longer held'),
    ...sentence('returned', 'gain', 'confirmed, now allowed'),
    ...sentence('released', 'gain', 'confirmed, now allowed'),
    ...sentence('withdrawn', 'gain', 'gone from the file again, never allowed'),
  ];
}

function strangers(events: readonly EventOf<'hold-opened'>[]): string[] {
  return events.map(({ tag, prefixes, questions }) => {
    const isStranger = questions.some(({ rule }) => rule === 'outside-parents');
    const what = isStranger
      ? `A stranger in ${tag}: neither parent has ${listed(prefixes, 2)}.`
      : `${tag} gained ${listed(prefixes, 2)} [${questions.map(({ rule }) => rule).join(', ')}].`;
    return `${what} Kept out${questions.length > 0 ? ': you are asked' : ''}.`;
  });
}

function byHand(drifts: readonly EventOf<'target-drift'>[], foreign: readonly EventOf<'foreign-entries'>[]): string[] {
  const ours = drifts.filter(({ whole }) => !whole);
  const targets = [...new Set([...ours, ...foreign].map(({ target }) => target))];
  return targets.map((target) => {
    const parts = [
      ...ours.filter((event) => event.target === target).flatMap(driftParts),
      ...foreign.filter((event) => event.target === target).map(foreignPart),
    ];
    return `${target}: ${parts.join('; ')}.`;
  });
}

function driftParts({ added, removed }: EventOf<'target-drift'>): string[] {
  const parts = [
    ...(added.length > 0 ? [`${listed(added, 2)} taken out by hand, put back`] : []),
    ...(removed.length > 0 ? [`${listed(removed, 2)} put in by hand, taken out`] : []),
  ];
  return parts.length > 0 ? parts : ['its mark taken off by hand, put back'];
}

function foreignPart({ entries, came = entries.length }: EventOf<'foreign-entries'>): string {
  return came > 0 ? `${listed(entries, 2, came)} put in by others, kept and told` : 'entries of others are gone';
}

function deadlines(events: readonly EventOf<'deadline-in-danger'>[]): string[] {
  const sentence = (some: typeof events, words: (ranges: string, day: string) => string): string[] => {
    const [first] = some.toSorted((a, b) => (a.earliest < b.earliest ? -1 : 1));
    const missing = new Set(some.flatMap((event) => event.missing));
    return first ? [words(quantity(missing.size, 'range'), first.earliest.slice(0, 10))] : [];
  };
  const late = events.filter(({ suspicious }) => !suspicious);
  return [
    ...sentence(
      late,
      (ranges, day) => `${quantity(late.length, 'target')} still without ${ranges} that Azure may use from ${day} on.`,
    ),
    ...sentence(
      events.filter(({ suspicious }) => suspicious),
      (ranges, day) => `${ranges} kept out as suspicious: answer before ${day}, when Azure may use it if it is right.`,
    ),
  ];
}

/** What was added but for what was put back, and what was taken out, in how many targets. */
function written(
  events: readonly EventOf<'target-changed'>[],
  drifts: readonly EventOf<'target-drift'>[],
  besides: boolean,
): string[] {
  const news = events.map(({ target, added, removed }) => {
    const back = new Set(drifts.filter((drift) => drift.target === target).flatMap((drift) => drift.added));
    return { added: added.filter((prefix) => !back.has(prefix)), removed };
  });
  const sentence = (key: 'added' | 'removed', words: string): string[] => {
    const some = news.filter((one) => one[key].length > 0);
    const ranges = new Set(some.flatMap((one) => one[key]));
    return ranges.size === 0 ? [] : [`${quantity(ranges.size, 'range')} ${words} ${quantity(some.length, 'target')}.`];
  };
  return [...sentence('added', besides ? 'still went out to' : 'went out to'), ...sentence('removed', 'left')];
}
