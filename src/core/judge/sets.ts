import type { ByFamily } from '../address/family.ts';
import type { PrefixSet } from '../address/prefix-set.ts';

export function isEmpty(sets: ByFamily<PrefixSet>): boolean {
  return sets.ipv4.isEmpty && sets.ipv6.isEmpty;
}

/** Minimal prefixes of both families, IPv4 first. */
export function prefixesOf(sets: ByFamily<PrefixSet>): string[] {
  return [...sets.ipv4.toPrefixes(), ...sets.ipv6.toPrefixes()];
}
