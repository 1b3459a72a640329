import type { Family } from '../address/family.ts';
import { compareLimbs, lastOfPrefix } from '../address/limbs.ts';
import { formatPrefix } from '../address/prefix.ts';
import type { Tag } from './catalog.ts';
import { limbsOf, numbersOf, type Prefixes } from './numeric-tag.ts';

/** A tag, and its prefix that holds what was asked. */
export interface Holder {
  readonly tag: string;
  readonly prefix: string;
}

/**
 * The tags one of whose prefixes holds all addresses from `first` to `last`, both of `family`. It looks at the numbers of every
 * tag, in order: for one question that takes a small part of what the sets of all tags take.
 */
export function holdersOf(tags: Iterable<Tag>, family: Family, first: Uint32Array, last: Uint32Array): Holder[] {
  const holders: Holder[] = [];
  for (const tag of tags) {
    const prefixes = numbersOf(tag)[family];
    const at = lastFrom(family, prefixes, first);
    if (at < prefixes.from || !reaches(family, prefixes, at, last)) continue;
    const prefix = formatPrefix(family, prefixes.words, at * limbsOf(family), prefixes.lengths[at] as number);
    holders.push({ tag: tag.name, prefix });
  }
  return holders;
}

/** Where the last prefix stands that begins at or below an address; below `from` if there is none. */
function lastFrom(family: Family, { words, from, count }: Prefixes, address: Uint32Array): number {
  const limbs = limbsOf(family);
  let [low, high] = [from, from + count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareLimbs(words, middle * limbs, address, 0, limbs) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether the prefix at `at` holds this address, which lies at or above its first one. */
function reaches(family: Family, { words, lengths }: Prefixes, at: number, address: Uint32Array): boolean {
  const limbs = limbsOf(family);
  const end = new Uint32Array(limbs);
  lastOfPrefix(words, at * limbs, end, 0, limbs, limbs * 32 - (lengths[at] as number));
  return compareLimbs(end, 0, address, 0, limbs) >= 0;
}
