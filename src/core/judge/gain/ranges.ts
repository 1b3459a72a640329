import { PrefixSet } from '../../address/prefix-set.ts';

/** The minimal prefixes of `set` that share an address with `other`, whole. */
export function prefixesOver(set: PrefixSet, other: PrefixSet): PrefixSet {
  if (!set.overlaps(other)) return PrefixSet.empty(set.family);
  return PrefixSet.from(
    set.family,
    set.toPrefixes().filter((prefix) => PrefixSet.from(set.family, [prefix]).overlaps(other)),
  );
}

/** Length of a prefix text's mask. */
export function lengthOf(prefix: string): number {
  return Number(prefix.slice(prefix.lastIndexOf('/') + 1));
}
