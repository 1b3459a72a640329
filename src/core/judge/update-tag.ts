import { byFamily, families } from '../address/family.ts';
import { emptySets, intersect, isEmpty, prefixesOf, type Sets, subtract } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import type { Tag } from '../publication/catalog.ts';
import type { AllowedGain, Appearance, Hold, Release, TagLedger } from './ledger.ts';
import { effectiveOf, heldBy } from './ledger.ts';
import { judgeGain, judgeLoss, type Taking } from './open-hold.ts';

/** First sight of a tag: everything is new, so only what is wrong in itself can be held. */
export function begin(tag: Tag, taking: Taking): TagLedger {
  const row: TagLedger = {
    tag: tag.name,
    changeNumber: tag.changeNumber,
    published: tag.prefixes,
    publishedPrefixes: tag.published,
    holds: [],
    appeared: [{ at: taking.now, changeNumber: taking.publication.changeNumber, prefixes: tag.prefixes }],
    releases: [],
  };
  const hold = judgeGain(row.tag, undefined, tag.prefixes, taking);
  return hold ? { ...row, holds: [hold] } : row;
}

/** Takes a publication into the row of one tag; `tag` is undefined if the publication does not have it. */
export function updateTag(row: TagLedger, tag: Tag | undefined, taking: Taking): TagLedger {
  const published = tag?.prefixes ?? emptySets;
  // Most tags stay as they are for weeks: with the same addresses there is nothing to judge.
  if (tag && !row.vanished && families.every((f) => published[f].equals(row.published[f]))) {
    return { ...row, changeNumber: tag.changeNumber, published, publishedPrefixes: tag.published };
  }
  const before = effectiveOf(row);
  const gainsHeld = heldBy(row.holds, 'gain');
  const lossesHeld = heldBy(row.holds, 'loss');
  const lost = byFamily((f) => row.published[f].subtract(gainsHeld[f]).subtract(published[f]));
  const gained = byFamily((f) => published[f].subtract(before[f]).subtract(gainsHeld[f]));
  const holds = row.holds.map((hold) => settle(hold, published, taking.events)).filter((hold) => hold !== undefined);

  const returned = row.vanished !== undefined && tag !== undefined;
  const vanishes = row.vanished === undefined && tag === undefined;
  if (returned || vanishes) {
    taking.events.push({
      kind: returned ? 'tag-returned' : 'tag-vanished',
      tag: row.tag,
      changeNumber: taking.publication.changeNumber,
    });
  }
  const back = intersect(published, lossesHeld);
  if (!isEmpty(gained) || !isEmpty(lost) || !isEmpty(back)) {
    taking.events.push({
      kind: 'tag-changed',
      tag: row.tag,
      changeNumber: taking.publication.changeNumber,
      gained: prefixesOf(gained),
      lost: prefixesOf(lost),
      ...missedBetween(row, tag, returned),
    });
  }
  const lossHold = isEmpty(lost) ? undefined : judgeLoss(row, before, published, lost, vanishes, taking);
  const gainHold = isEmpty(gained) ? undefined : judgeGain(row.tag, sizeToCompare(before), gained, taking);
  for (const hold of [lossHold, gainHold]) if (hold) holds.push(hold);
  const { vanished: _, ...rest } = row;
  return {
    ...rest,
    changeNumber: tag?.changeNumber ?? row.changeNumber,
    published,
    publishedPrefixes: tag?.published ?? [],
    holds,
    appeared: appearances(row, published, taking),
    releases: stillReleased(row.releases, published),
    ...(row.allowed ? { allowed: stillAllowed(row.allowed, published) } : {}),
    ...(tag ? {} : { vanished: row.vanished ?? { at: taking.now, changeNumber: taking.publication.changeNumber } }),
  };
}

/** A tag's own number rises by one with each change: a jump means files that were never fetched here. */
function missedBetween(row: TagLedger, tag: Tag | undefined, returned: boolean): { missed?: number } {
  const missed = tag && !returned ? tag.changeNumber - row.changeNumber - 1 : 0;
  return missed > 0 ? { missed } : {};
}

/** Since when each published range has been there: what went leaves its entry, what came gets one of its own. */
function appearances(row: TagLedger, published: Sets, taking: Taking): Appearance[] {
  const { changeNumber } = taking.publication;
  const fresh = subtract(published, row.published);
  return [...(row.appeared ?? []), { at: taking.now, changeNumber, prefixes: fresh }]
    .map((one) => ({ ...one, prefixes: intersect(one.prefixes, published) }))
    .filter((one) => !isEmpty(one.prefixes));
}

/** A release ends where its ranges are published again. */
function stillReleased(releases: readonly Release[], published: Sets): Release[] {
  return releases
    .map((release) => ({ ...release, prefixes: subtract(release.prefixes, published) }))
    .filter((release) => !isEmpty(release.prefixes));
}

/** What was let in by an answer counts for as long as it is published. */
function stillAllowed(allowed: readonly AllowedGain[], published: Sets): AllowedGain[] {
  return allowed
    .map((one) => ({ ...one, prefixes: intersect(one.prefixes, published) }))
    .filter((one) => !isEmpty(one.prefixes));
}

/** A tag that allowed nothing is like one never seen: growth from nothing has no ratio. */
function sizeToCompare(before: Sets): Sets | undefined {
  return isEmpty(before) ? undefined : before;
}

/** What is left of a hold under a new publication: a loss shrinks by what returned, a gain by what is gone again. */
function settle(hold: Hold, published: Sets, events: DomainEvent[]): Hold | undefined {
  const held = byFamily((f) =>
    hold.kind === 'loss' ? hold.held[f].subtract(published[f]) : hold.held[f].intersect(published[f]),
  );
  const out = subtract(hold.held, held);
  if (isEmpty(out)) return hold;
  if (!isEmpty(held)) {
    const { id, tag, kind } = hold;
    events.push({ kind: 'hold-shrunk', hold: id, tag, of: kind, prefixes: prefixesOf(out), left: prefixesOf(held) });
    return { ...hold, held };
  }
  events.push({
    kind: 'hold-ended',
    hold: hold.id,
    tag: hold.tag,
    of: hold.kind,
    how: hold.kind === 'loss' ? 'returned' : 'withdrawn',
    prefixes: prefixesOf(hold.held),
    by: hold.kind === 'loss' ? 'published again' : 'no longer published',
  });
  return undefined;
}
