import { readEntry } from '../address/entry.ts';
import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import {
  emptySets,
  intersect,
  isEmpty,
  isHostName,
  overlaps,
  prefixesOf,
  type Sets,
  setsOf,
  subtract,
  union,
} from '../address/sets.ts';

/**
 * What an allow-list can hold: addresses of both families, and host names. The one algebra of the planner: a target of
 * addresses has no names, a target of host names has no addresses, and every rule applies to both.
 */
export interface Entries extends Sets {
  /** Sorted, each once. */
  readonly names: readonly string[];
}

export const noEntries: Entries = { ...emptySets, names: [] };

export function entries(sets: Sets, names: readonly string[] = []): Entries {
  return { ipv4: sets.ipv4, ipv6: sets.ipv6, names: sorted(names) };
}

/** Canonical prefixes and host names. Throws PrefixError for any other text. */
export function entriesOf(texts: readonly string[]): Entries {
  return entries(setsOf(texts), texts.filter(isHostName));
}

/** Host names, then minimal prefixes, IPv4 first. */
export function textsOf(all: Entries): string[] {
  return [...all.names, ...prefixesOf(all)];
}

/**
 * One live entry of a unit as written in Azure: addresses of the unit's family, or a name (a host name, a service tag, `*`).
 * Text that is neither, or of the other family, counts as a name: it is compared as it is and never as addresses.
 */
export function entryOf(text: string, family: Family): Entries {
  const parsed = readEntry(text);
  if (parsed?.family !== family) return { ...noEntries, names: [text] };
  return { ...noEntries, [family]: parsed.set };
}

export function isNone(all: Entries): boolean {
  return isEmpty(all) && all.names.length === 0;
}

export function unite(all: readonly Entries[]): Entries {
  return entries(
    union(all),
    all.flatMap(({ names }) => names),
  );
}

/** What of `all` is not in `others`. */
export function without(all: Entries, others: Entries): Entries {
  if (isNone(all) || isNone(others)) return all;
  const out = new Set(others.names);
  return { ...subtract(all, others), names: all.names.filter((name) => !out.has(name)) };
}

export function within(all: Entries, others: Entries): Entries {
  const both = new Set(others.names);
  return { ...intersect(all, others), names: all.names.filter((name) => both.has(name)) };
}

export function covers(all: Entries, others: Entries): boolean {
  return isNone(without(others, all));
}

export function meets(all: Entries, others: Entries): boolean {
  return overlaps(all, others) || !isNone({ ...noEntries, names: within(all, others).names });
}

export function equals(all: Entries, others: Entries): boolean {
  return (
    all.ipv4.equals(others.ipv4) && all.ipv6.equals(others.ipv6) && all.names.join('\n') === others.names.join('\n')
  );
}

/** Prefixes and names, each counted as one. */
export function sizeOf(all: Entries): number {
  return textsOf(all).length;
}

/** The part in some families, with the names. */
export function inFamilies(all: Entries, families: readonly Family[]): Entries {
  return { ...byFamily((f) => (families.includes(f) ? all[f] : PrefixSet.empty(f))), names: all.names };
}

function sorted(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names : [...new Set(names)].sort();
}
