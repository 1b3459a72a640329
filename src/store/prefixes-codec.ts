import { type ByFamily, byFamily } from '../core/address/family.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Sets } from '../core/address/sets.ts';

/** A prefix set of each family as stored: the fewest prefixes, as text. */
export type StoredPrefixes = ByFamily<readonly string[]>;

export function encodePrefixes(sets: Sets): StoredPrefixes {
  return byFamily((family) => sets[family].toPrefixes());
}

/** Throws PrefixError for text that is no prefix. */
export function decodePrefixes(stored: StoredPrefixes): Sets {
  return byFamily((family) => PrefixSet.from(family, stored[family]));
}
