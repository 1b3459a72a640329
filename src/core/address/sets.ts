import { type ByFamily, byFamily } from './family.ts';
import { familyOf, parsePrefix } from './prefix.ts';
import { PrefixSet } from './prefix-set.ts';
import { RangeList } from './range-list.ts';

/** The addresses of both families together: those of a tag, a list, a hold. */
export type Sets = ByFamily<PrefixSet>;

export const emptySets: Sets = byFamily(PrefixSet.empty);

/** Canonical prefixes of either family as sets; host names are left out. Throws PrefixError for any other text. */
export function setsOf(prefixes: readonly string[]): Sets {
  // Most lists have no exceptions, and a run asks for those of all of them.
  if (prefixes.length === 0) return emptySets;
  const ipv4 = new RangeList('ipv4', prefixes.length);
  // Published lists have IPv4 first: at the first of IPv6 it is known how many more there may be.
  let ipv6: RangeList | undefined;
  for (const [i, prefix] of prefixes.entries()) {
    let list = ipv4;
    if (familyOf(prefix) === 'ipv6') {
      ipv6 ??= new RangeList('ipv6', prefixes.length - i);
      list = ipv6;
    }
    if (!list.add(prefix) && !isHostName(prefix)) parsePrefix(prefix);
  }
  return {
    ipv4: PrefixSet.ofRanges('ipv4', ipv4.toRanges()),
    ipv6: ipv6 ? PrefixSet.ofRanges('ipv6', ipv6.toRanges()) : emptySets.ipv6,
  };
}

/** Minimal prefixes of both families, IPv4 first. */
export function prefixesOf(sets: Sets): string[] {
  return sets.ipv4.toPrefixes().concat(sets.ipv6.toPrefixes());
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
