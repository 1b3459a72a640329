import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { Sets } from '../address/sets.ts';
import type { Ledger } from '../judge/ledger.ts';
import { effectiveOf } from '../judge/ledger.ts';
import { type Entries, entries, noEntries } from './entries.ts';

/** What a list of the config selects, with its addresses parsed and what has expired left out. */
export interface Selection {
  readonly list: string;
  readonly tags: readonly string[];
  /** Those of the tags that follow from registries, by what they follow from; none if absent. */
  readonly followed?: Readonly<Record<string, readonly string[]>>;
  /** Host names that clients need, for targets of names; none if absent. */
  readonly names?: readonly string[];
  /** Those of the names that follow from registries, by what they follow from; none if absent. */
  readonly followedNames?: Readonly<Record<string, readonly string[]>>;
  readonly families: readonly Family[];
  /** Added whatever is published: the list's own prefixes and its `always` entries. */
  readonly always: Sets;
  /** Left out whatever is published. */
  readonly never: Sets;
}

interface Desired {
  /** The addresses, and the host names. */
  readonly entries: Entries;
  /**
   * Selected tags that neither the publication in force nor the ledger knows: once there is one, a mistake in the config.
   * Before that also what follows from a registry whose regions nothing names tags for yet: `<origin>#<part>`.
   */
  readonly unknownTags: readonly string[];
}

/** What a list allows now. A vanished tag still gives what the ledger keeps of it. */
export function desiredOf(selection: Selection, ledger: Ledger): Desired {
  const rows = selection.tags.map((tag) => ledger.tags.get(tag));
  const known = rows.filter((row) => row !== undefined).map(effectiveOf);
  const sets = byFamily((family) =>
    selection.families.includes(family)
      ? PrefixSet.unionOf(family, [...known.map((one) => one[family]), selection.always[family]]).subtract(
          selection.never[family],
        )
      : PrefixSet.empty(family),
  );
  const unmatched = ledger.accepted
    ? []
    : Object.entries(selection.followed ?? {}).flatMap(([origin, tags]) => (tags.length === 0 ? [origin] : []));
  return {
    entries: entries(sets, selection.names),
    unknownTags: [...selection.tags.filter((tag) => !ledger.tags.has(tag)), ...unmatched],
  };
}

/** What a selected tag gives a list now, without what the list never lets in. */
export function selectedOf(tag: string, { families, never }: Selection, ledger: Ledger): Entries {
  const row = ledger.tags.get(tag);
  if (!row) return noEntries;
  const effective = effectiveOf(row);
  return entries(byFamily((f) => (families.includes(f) ? effective[f].subtract(never[f]) : PrefixSet.empty(f))));
}
