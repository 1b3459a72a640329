import type { Catalog } from '../publication/catalog.ts';
import { parseAddress } from './entry.ts';
import { bitsOf, byFamily, type Family } from './family.ts';
import { PrefixError, scanPrefix } from './prefix.ts';
import { compareWords, lastOfPrefix } from './words.ts';

/** A published prefix that holds an address, and the tag that publishes it. */
export interface Found {
  readonly tag: string;
  /** As published. */
  readonly prefix: string;
}

/** An index over every prefix of a catalog. */
export interface Lookup {
  /**
   * All published prefixes that hold an address, the most specific first, tags of the same prefix by name. Takes one
   * address in any form that people write (see parseEntry); throws PrefixError for anything else.
   */
  find(address: string): Found[];
}

/** Indexes a catalog: 107,000 prefixes in a tenth of a second or so, then some steps of a binary search an address. */
export function buildLookup(catalog: Catalog): Lookup {
  const indexes = byFamily((family) => buildIndex(family, catalog));
  return {
    find: (address) => {
      if (/[/-]/.test(address)) throw new PrefixError('one IP address', address);
      const { family, words } = parseAddress(address.trim());
      return findIn(indexes[family], words);
    },
  };
}

/**
 * Prefixes sorted by first address, the broader one first. Two prefixes are nested or apart, so each has one parent: the
 * narrowest before it that holds it. An address is held by the last prefix that begins at or before it, or by one of
 * that prefix's ancestors; and an ancestor of what holds it holds it too.
 */
interface Index {
  readonly words: number;
  readonly firsts: Uint32Array;
  readonly lasts: Uint32Array;
  /** Place of the parent; -1 for none. */
  readonly parents: Int32Array;
  readonly found: readonly Found[];
}

function buildIndex(family: Family, catalog: Catalog): Index {
  const bits = bitsOf(family);
  const words = bits / 32;
  const all: Found[] = [];
  // Backwards, so that going up from the last of several equal prefixes meets their tags in order.
  const tags = [...catalog.tags.keys()].sort().reverse();
  for (const tag of tags) {
    for (const prefix of catalog.tags.get(tag)?.published ?? []) {
      if (prefix.includes(':') === (family === 'ipv6')) all.push({ tag, prefix });
    }
  }
  const unsorted = new Uint32Array(all.length * words);
  const lengths = all.map(({ prefix }, i) => scanPrefix(family, prefix, unsorted, i * words));
  const order = all.map((_, i) => i);
  order.sort(
    (i, j) =>
      compareWords(unsorted, i * words, unsorted, j * words, words) || (lengths[i] as number) - (lengths[j] as number),
  );
  const firsts = new Uint32Array(all.length * words);
  const lasts = new Uint32Array(all.length * words);
  const parents = new Int32Array(all.length);
  order.forEach((from, at) => {
    firsts.set(unsorted.subarray(from * words, (from + 1) * words), at * words);
    lastOfPrefix(firsts, at * words, lasts, at * words, words, bits - (lengths[from] as number));
    let parent = at - 1;
    while (parent >= 0 && compareWords(lasts, parent * words, firsts, at * words, words) < 0) {
      parent = parents[parent] as number;
    }
    parents[at] = parent;
  });
  return { words, firsts, lasts, parents, found: order.map((from) => all[from] as Found) };
}

function findIn({ words, firsts, lasts, parents, found }: Index, address: Uint32Array): Found[] {
  let low = 0;
  let high = found.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareWords(firsts, middle * words, address, 0, words) <= 0) low = middle + 1;
    else high = middle;
  }
  let at = low - 1;
  while (at >= 0 && compareWords(lasts, at * words, address, 0, words) < 0) at = parents[at] as number;
  const holding: Found[] = [];
  for (; at >= 0; at = parents[at] as number) holding.push(found[at] as Found);
  return holding;
}
