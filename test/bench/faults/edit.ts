import { compareLimbs, lastOfPrefix } from '../../../src/core/address/limbs.ts';
import { type Prefix, parsePrefix } from '../../../src/core/address/prefix.ts';
import { overlaps, prefixesOf, type Sets, setsOf, subtract } from '../../../src/core/address/sets.ts';
import { type Catalog, regionOf, serviceOf, type Tag } from '../../../src/core/publication/catalog.ts';

/** The prefixes of tags, by name, in the place of those that a file has; undefined: the file does not have the tag. */
export type Edits = ReadonlyMap<string, readonly string[] | undefined>;

/** The content of one weekly file. */
export interface Week {
  readonly base: Catalog;
  /** A tag that these change against the file before has its own changeNumber raised by one. */
  readonly edits: Edits;
}

interface Listed {
  readonly text: string;
  readonly prefix: Prefix;
}

/** Prefixes as every official file has them: IPv4 first, each family in numeric order, none twice and none inside another. */
export function tidy(prefixes: Iterable<string>): string[] {
  const listed = [...prefixes].map((text): Listed => ({ text, prefix: parsePrefix(text) })).sort(compare);
  const kept: string[] = [];
  let outer: Prefix | undefined;
  for (const { text, prefix } of listed) {
    if (outer && contains(outer, prefix)) continue;
    outer = prefix;
    kept.push(text);
  }
  return kept;
}

/** A list without some addresses: prefixes that have none of them stay as they are written. */
export function withoutAddresses(list: readonly string[], lost: Sets): string[] {
  const left = list.flatMap((text) => {
    const one = setsOf([text]);
    return overlaps(one, lost) ? prefixesOf(subtract(one, lost)) : [text];
  });
  return tidy(left);
}

/** The catalog of a weekly file that follows another. */
export function followingCatalog(previous: Catalog, { base, edits }: Week): Catalog {
  const tags = new Map(base.tags);
  for (const [name, published] of edits) {
    if (published === undefined || published.length === 0) tags.delete(name);
    else tags.set(name, followingTag(name, published, previous.tags.get(name)));
  }
  return { ...base, tags, changeNumber: previous.changeNumber + 1 };
}

/** A catalog with other prefixes in some tags, and the numbers as they are. */
export function withTags(catalog: Catalog, edits: Edits): Catalog {
  const tags = new Map(catalog.tags);
  for (const [name, published] of edits) {
    const tag = tags.get(name);
    if (tag && published) tags.set(name, { ...tag, published, prefixes: setsOf(published) });
  }
  return { ...catalog, tags };
}

function followingTag(name: string, published: readonly string[], before: Tag | undefined): Tag {
  if (before?.published.join() === published.join()) return before;
  return {
    name,
    service: serviceOf(name),
    region: regionOf(name),
    // A tag that comes back begins anew.
    changeNumber: (before?.changeNumber ?? 0) + 1,
    published,
    prefixes: setsOf(published),
  };
}

function compare({ prefix: a }: Listed, { prefix: b }: Listed): number {
  if (a.family !== b.family) return a.family === 'ipv4' ? -1 : 1;
  return compareLimbs(a.limbs, 0, b.limbs, 0, a.limbs.length) || a.length - b.length;
}

/** Whether `inner`, which does not begin below `outer`, lies inside it. */
function contains(outer: Prefix, inner: Prefix): boolean {
  if (outer.family !== inner.family) return false;
  const limbs = outer.limbs.length;
  const last = new Uint32Array(limbs);
  lastOfPrefix(outer.limbs, 0, last, 0, limbs, limbs * 32 - outer.length);
  return compareLimbs(inner.limbs, 0, last, 0, limbs) <= 0;
}
