import { type ByFamily, byFamily } from '../address/family.ts';
import type { PrefixSet } from '../address/prefix-set.ts';
import type { Sets } from '../address/sets.ts';

/**
 * How much a set is, in the unit by which its family is judged: IPv4 in addresses, IPv6 in minimal prefixes, because one IPv6
 * prefix can be more addresses than all others together.
 */
export function measureOf(set: PrefixSet): bigint {
  return set.family === 'ipv4' ? set.count : BigInt(set.prefixCount);
}

/** The measure of each family, as decimal strings: what a hold keeps of how large its tag was. */
export function measuresOf(sets: Sets): ByFamily<string> {
  return byFamily((family) => measureOf(sets[family]).toString());
}
