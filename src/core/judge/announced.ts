import { byFamily } from '../address/family.ts';
import { emptySets, overlaps, prefixesOf, setsOf } from '../address/sets.ts';
import { dayMs } from '../calendar.ts';
import type { DomainEvent, InTime } from '../event.ts';
import type { Catalog } from '../publication/catalog.ts';
import { deadlineOf, timeLeft } from '../publication/freshness.ts';
import type { Publication } from '../publication/publication.ts';
import type { AnnouncedGain } from './source-state.ts';

/** After this a gain is no longer news; for targets that still lack it, a notice was sent. */
const keptMs = 30 * dayMs;

/**
 * The gains to remember after a publication was judged: what it announced beside the earlier ones, without what is
 * no longer published and what is long past. `events` are those of judging it.
 */
export function gainsAfter(
  gains: readonly AnnouncedGain[],
  accepted: { readonly publication: Publication; readonly catalog: Catalog } | undefined,
  events: readonly DomainEvent[],
  now: Date,
): AnnouncedGain[] {
  const recent = gains.filter((gain) => timeLeft(gain, now) > -keptMs);
  if (!accepted) return recent;
  const { publication, catalog } = accepted;
  const left = recent.flatMap((gain) => {
    if (gain.notAccepted !== undefined) return [gain];
    const published = catalog.tags.get(gain.tag)?.prefixes ?? emptySets;
    const prefixes = prefixesOf(byFamily((f) => setsOf(gain.prefixes)[f].intersect(published[f])));
    return prefixes.length === 0 ? [] : [{ ...gain, prefixes }];
  });
  const announced = events.flatMap((event): AnnouncedGain[] =>
    event.kind === 'tag-changed' && event.gained.length > 0
      ? [
          {
            tag: event.tag,
            digest: publication.digest,
            changeNumber: publication.changeNumber,
            prefixes: event.gained,
            ...deadlineOf(publication),
            since: now.toISOString(),
          },
        ]
      : [],
  );
  return [...left, ...announced];
}

/** Earliest deadline among the gains that overlap `prefixes`; undefined if there are none. */
export function soonestOf(gains: readonly AnnouncedGain[], prefixes: readonly string[], now: Date): InTime | undefined {
  const asked = setsOf(prefixes);
  const [soonest] = gains
    .filter((gain) => overlaps(setsOf(gain.prefixes), asked))
    .sort((a, b) => (a.earliest < b.earliest ? -1 : 1));
  return (
    soonest && {
      changeNumber: soonest.changeNumber,
      earliest: soonest.earliest,
      leftMs: timeLeft(soonest, now),
    }
  );
}
