import { byFamily, type Family, familyNames } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { emptySets, type Sets } from '../address/sets.ts';
import { counted, quantity } from '../judge/arithmetic.ts';
import type { Ledger } from '../judge/ledger.ts';
import { aggregate } from './aggregate.ts';
import { type Layout, type Live, renderedBy } from './live.ts';
import type { Ownership } from './ownership.ts';
import type { Selection } from './selection.ts';

interface FitInput {
  /** What the list allows, in the families that the target holds. */
  readonly listed: Sets;
  readonly holding: Ownership;
  readonly layout: Layout;
  readonly live: Pick<Live, 'taken'>;
  readonly selection: Selection;
  readonly ledger: Ledger;
  /** Addresses that may go in beyond the list. */
  readonly maxOverGrant: number;
}

/** A list that has too many prefixes for its target, joined until it fits. */
export interface Joined {
  readonly family: Family;
  /** Entries that the list takes, room for them, and the fewest that would do. */
  readonly listed: number;
  readonly room: number;
  readonly entries: readonly string[];
  /** What it lets in beyond the list. */
  readonly overGrant: PrefixSet;
}

export interface Fit {
  /** What the target should hold: as listed, or joined where that is allowed. */
  readonly desired: Sets;
  /** What of it is beyond the list. */
  readonly overGrant: Sets;
  /** What would fit, where joining is needed and lets in more than is allowed. */
  readonly offer: readonly Joined[];
  readonly notes: readonly string[];
}

/**
 * Fits a list into the room its target has beside what others wrote. What must not get in (`never`, gains that are held)
 * gets in by no joining.
 */
export function fitInto({ listed, holding: ownership, layout, live, selection, ledger, maxOverGrant }: FitInput): Fit {
  const { together = Number.POSITIVE_INFINITY } = layout;
  const all = layout.families.reduce(
    (sum, family) => sum + renderedBy(layout, listed[family]).length,
    ownership.foreign.length,
  );
  const joined = layout.families.flatMap((family): Joined[] => {
    const prefixes = renderedBy(layout, listed[family]).length;
    const foreign = ownership.units.filter(({ unit }) => unit.family === family).flatMap((unit) => unit.foreign).length;
    const shared = together - (live.taken ?? 0) - (all - prefixes);
    const room = Math.min(layout.entriesPerUnit * layout.maxUnits - foreign, shared);
    if (prefixes <= room) return [];
    const found = aggregate(
      listed[family],
      room,
      keptOut(selection, ledger, family),
      (prefix) => layout.render?.(prefix).length ?? 1,
    );
    if (!found) return [];
    return [
      { family, listed: prefixes, room, entries: renderedBy(layout, found.prefixes), overGrant: found.overGrant },
    ];
  });
  const beyond = joined.reduce((sum, { overGrant }) => sum + overGrant.count, 0n);
  if (joined.length === 0) return { desired: listed, overGrant: emptySets, offer: [], notes: [] };
  if (beyond > BigInt(maxOverGrant)) return { desired: listed, overGrant: emptySets, offer: joined, notes: [] };
  const overGrant = byFamily((f) => joined.find(({ family }) => family === f)?.overGrant ?? emptySets[f]);
  return {
    desired: byFamily((f) => listed[f].union(overGrant[f])),
    overGrant,
    offer: [],
    notes: joined.map(
      ({ family, listed: prefixes, room, entries, overGrant: over }) =>
        `${counted(prefixes)} ${familyNames[family]} prefixes do not fit into ${quantity(room, 'entry', 'entries')}: they are joined to ${counted(entries.length)}, which lets in ${quantity(over.count, 'address', 'addresses')} beyond the list (maxOverGrant is ${counted(maxOverGrant)}): ${over.toPrefixes().join(', ')}`,
    ),
  };
}

function keptOut(selection: Selection, ledger: Ledger, family: Family): PrefixSet {
  const held = selection.tags
    .flatMap((tag) => ledger.tags.get(tag)?.holds ?? [])
    .filter(({ kind }) => kind === 'gain')
    .map((hold) => hold.held[family]);
  return PrefixSet.unionOf(family, [selection.never[family], ...held]);
}
