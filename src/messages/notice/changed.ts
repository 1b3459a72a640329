import type { DomainEvent } from '../../core/event.ts';
import { aWeekAfter } from '../../core/publication/freshness.ts';
import type { EventOf } from '../event-of.ts';
import { clock, extent, listed, quantity, span } from '../format.ts';
import type { Text } from '../text.ts';
import type { Occasion } from './occasion.ts';

/** One notice for all that went in and out in a run: what it was, where it now is, and how much time was to spare. */
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
      `${quantity(changes.length, 'target was', 'targets were')} written, read back and found right${accepted ? `, after publication ${accepted.changeNumber} (${accepted.file})` : ''}.`,
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

/** How long before Azure may use what is new; nothing where no publication just announced it. */
function inTime(added: readonly string[], events: readonly DomainEvent[], occasion: Occasion): string {
  const { publication } = occasion;
  const deadline = publication && aWeekAfter(publication.date);
  const announced = events.some((event) => event.kind === 'tag-changed' && event.gained.length > 0);
  if (deadline === undefined || !announced) return '';
  const left = Date.parse(deadline) - Date.parse(occasion.at);
  const it = added.length === 1 ? 'it' : 'them';
  return left > 0 ? ` ${span(left)} before Azure may use ${it}` : `; Azure may use ${it} since ${clock(deadline)}`;
}
