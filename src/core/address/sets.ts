import { type ByFamily, byFamily } from './family.ts';
import { familyOf } from './prefix.ts';
import { PrefixSet } from './prefix-set.ts';

/** The addresses of both families together: those of a tag, a list, a hold. */
export type Sets = ByFamily<PrefixSet>;

export const emptySets: Sets = byFamily(PrefixSet.empty);

/** Canonical prefixes of either family as sets; host names are left out. Throws PrefixError for any other text. */
export function setsOf(prefixes: readonly string[]): Sets {
  // Most lists have no exceptions, and a run asks for those of all of them.
  if (prefixes.length === 0) return emptySets;
  const addresses = prefixes.filter((prefix) => !isHostName(prefix));
  return byFamily((f) =>
    PrefixSet.from(
      f,
      addresses.filter((prefix) => familyOf(prefix) === f),
    ),
  );
}

/** Minimal prefixes of both families, IPv4 first. */
export function prefixesOf(sets: Sets): string[] {
  return [...sets.ipv4.toPrefixes(), ...sets.ipv6.toPrefixes()];
}

export function isEmpty(sets: Sets): boolean {
  return sets.ipv4.isEmpty && sets.ipv6.isEmpty;
}

export function union(all: readonly Sets[]): Sets {
  return byFamily((f) =>
    PrefixSet.unionOf(
      f,
      all.map((sets) => sets[f]),
    ),
  );
}

/** Addresses of `sets` that are not in `others`. */
export function subtract(sets: Sets, others: Sets): Sets {
  return byFamily((f) => sets[f].subtract(others[f]));
}

export function intersect(sets: Sets, others: Sets): Sets {
  return byFamily((f) => sets[f].intersect(others[f]));
}

export function overlaps(sets: Sets, others: Sets): boolean {
  return sets.ipv4.overlaps(others.ipv4) || sets.ipv6.overlaps(others.ipv6);
}

/** Whether an entry is a host name, perhaps with `*` before its first dot, and no address or prefix. */
export function isHostName(entry: string): boolean {
  return !entry.includes(':') && /[a-z*]/i.test(entry);
}
