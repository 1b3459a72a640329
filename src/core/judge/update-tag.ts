import { type ByFamily, byFamily, families } from '../address/family.ts';
import { emptySets, intersect, isEmpty, prefixesOf, type Sets, subtract, union } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import { serviceOf, type Tag } from '../publication/catalog.ts';
import { parentsOf } from '../publication/parents.ts';
import { followAbsences } from './absences.ts';
import type { AllowedGain, Appearance, Hold, Release, TagLedger } from './ledger.ts';
import { effectiveOf, heldBy } from './ledger.ts';
import { letInByFile } from './let-in-by-file.ts';
import { openGain, openLoss, type Taking, underParents } from './open-hold.ts';
import { policyFor } from './policy.ts';
import { parentsAtFirstContact, type ReliableParents, reliableParents } from './reliable-parents.ts';
import { seasonOf } from './season.ts';
import { settleLoss } from './settle-loss.ts';

/**
 * First sight of a tag. At first contact it may have been like this for years, so only what is wrong in itself is held; in a
 * later publication all of it is a gain.
 */
export function begin(tag: Tag, firstContact: boolean, taking: Taking): TagLedger {
  const row: TagLedger = {
    tag: tag.name,
    changeNumber: tag.changeNumber,
    published: tag.prefixes,
    publishedPrefixes: tag.published,
    holds: [],
    appeared: [{ at: taking.now, changeNumber: taking.publication.changeNumber, prefixes: tag.prefixes }],
    releases: [],
  };
  const parents = firstContact
    ? parentsAtFirstContact(tag.name, taking.catalog)
    : parentsNow({ ...row, published: emptySets }, taking, true);
  const hold = openGain(row.tag, firstContact ? undefined : emptySets, tag.prefixes, parents, taking);
  return { ...row, ...(hold ? { holds: [hold] } : {}), ...seenParents(row, parents) };
}

/** Takes a publication into the row of one tag; `tag` is undefined if the publication does not have it. */
export function updateTag(known: TagLedger, tag: Tag | undefined, taking: Taking): TagLedger {
  const row = withParentsSeen(known, taking);
  const published = tag?.prefixes ?? emptySets;
  const same = tag && !row.vanished && families.every((f) => published[f].equals(row.published[f]));
  // Most tags stay as they are for weeks: with the same addresses, and nothing held, there is nothing to judge.
  if (same && row.holds.length === 0) {
    return { ...row, changeNumber: tag.changeNumber, published, publishedPrefixes: tag.published };
  }
  const before = effectiveOf(row);
  const gainsHeld = heldBy(row.holds, 'gain');
  const lossesHeld = heldBy(row.holds, 'loss');
  const lost = byFamily((f) => row.published[f].subtract(gainsHeld[f]).subtract(published[f]));
  const gained = byFamily((f) => published[f].subtract(before[f]).subtract(gainsHeld[f]));

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
  const parents = parentsNow(row, taking);
  const settled = row.holds.map((hold) => settle(hold, published, taking.events)).filter((hold) => hold !== undefined);
  const open = letInByFile(settled, before, parents, taking);
  const lossHold = isEmpty(lost) ? undefined : openLoss(row, { before, published, lost }, vanishes, taking);
  const gainHold = isEmpty(gained) ? undefined : openGain(row.tag, before, gained, parents, taking);
  const unsettled = [...open, lossHold, gainHold].filter((hold) => hold !== undefined);
  const policy = policyFor(taking.policy, row.tag);
  const season = seasonOf({ ...row, published, holds: unsettled }, taking.now, policy);
  const holds = unsettled
    .map((hold) => settleLoss(hold, parents, season, policy))
    .map((hold) =>
      hold.kind === 'loss' ? { ...hold, under: underParents(hold.tag, hold.held, taking.catalog) } : hold,
    );
  const { vanished: _, absences: __, withoutParents: ___, ...rest } = row;
  return {
    ...rest,
    changeNumber: tag?.changeNumber ?? row.changeNumber,
    published,
    publishedPrefixes: tag?.published ?? [],
    holds,
    ...absent(row, holds, parents, taking),
    ...seenParents(row, parents),
    appeared: appearances(row, published, taking),
    releases: stillReleased(row.releases, published),
    ...(row.allowed ? { allowed: stillAllowed(row.allowed, published) } : {}),
    ...(tag ? {} : { vanished: row.vanished ?? { at: taking.now, changeNumber: taking.publication.changeNumber } }),
  };
}

/** The parents that contained what the tag had before, if the policy lets them count. */
function parentsNow(row: TagLedger, taking: Taking, isNew = false): ReliableParents {
  if (!policyFor(taking.policy, row.tag).parentsCount) return { ipv4: undefined, ipv6: undefined };
  const { catalog, inForce, setAside } = taking;
  const global = forgotten(row.tag, taking);
  return reliableParents({
    tag: row.tag,
    had: hadOf(row),
    catalog,
    inForce,
    seen: row.parentsSeen ?? {},
    isNew,
    setAside,
    ...(global ? { vanishedGlobal: global } : {}),
  });
}

/** What the tag had, without what a person let in. */
function hadOf(row: TagLedger): Sets {
  const letIn = union((row.allowed ?? []).map(({ prefixes }) => prefixes));
  return subtract(subtract(row.published, letIn), heldBy(row.holds, 'gain'));
}

/**
 * A row of which it is not known which parents were relied on, such as one from before that was kept, relied on those that
 * contain it in the catalog in force: else one that is missing from now on would not be missed.
 */
function withParentsSeen(row: TagLedger, { inForce, policy }: Taking): TagLedger {
  if (row.parentsSeen || !inForce || !policyFor(policy, row.tag).parentsCount) return row;
  const then = { tag: row.tag, had: hadOf(row), catalog: inForce, inForce: undefined, seen: {}, setAside: noTags };
  return { ...row, parentsSeen: reliedOn(row, reliableParents(then)) };
}

const noTags: ReadonlySet<string> = new Set();

/** What a global tag that vanished whole still allows: a fault of the file, so its regions count as contained still. */
function forgotten(tag: string, { catalog, rows }: Taking): Sets | undefined {
  const global = serviceOf(tag);
  const row = global === tag || catalog.tags.has(global) ? undefined : rows.get(global);
  return row && effectiveOf(row);
}

/** A parent that was relied on once, and is not in a later publication, confirms nothing any more. */
function seenParents(row: TagLedger, parents: ReliableParents): Pick<TagLedger, 'parentsSeen'> {
  const seen = reliedOn(row, parents);
  return seen.ipv4.length + seen.ipv6.length > 0 ? { parentsSeen: seen } : {};
}

/** Parents that were relied on before or are now. */
function reliedOn(row: TagLedger, parents: ReliableParents): ByFamily<('global' | 'region')[]> {
  return byFamily((family) =>
    (['global', 'region'] as const).filter(
      (which) => row.parentsSeen?.[family]?.includes(which) || parents[family]?.[which],
    ),
  );
}

/**
 * Where held losses are absent beside the tag. What AzureCloud of the region has counts here whether or not it is relied on. What
 * it lacks does not while it was relied on once and cannot be now, because it is missing, set aside, or itself without much of the tag.
 */
function absent(
  row: TagLedger,
  holds: readonly Hold[],
  parents: ReliableParents,
  taking: Taking,
): Pick<TagLedger, 'absences' | 'withoutParents'> {
  const own = parentsOf(row.tag, taking.catalog);
  const global = own.global ?? forgotten(row.tag, taking);
  const wasRelied = families.some((family) => row.parentsSeen?.[family]?.includes('region'));
  const isTold = !wasRelied || families.some((family) => parents[family]?.region);
  const absences = followAbsences(
    row.absences,
    heldBy(holds, 'loss'),
    { ...own, ...(global ? { global } : {}) },
    isTold || !policyFor(taking.policy, row.tag).parentsCount,
    taking,
  );
  const withoutParents = families.filter((family) => !parents[family]?.global && !parents[family]?.region);
  return {
    ...(absences ? { absences } : {}),
    ...(absences && withoutParents.length > 0 ? { withoutParents } : {}),
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
