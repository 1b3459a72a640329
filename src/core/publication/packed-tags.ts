import { bitsOf, type Family } from '../address/family.ts';
import { compareLimbs, lastOfPrefix } from '../address/limbs.ts';
import { formatPrefix, scanPrefix } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { regionOf, serviceOf, type Tag } from './catalog.ts';

/**
 * Tags as numbers. Published prefixes have one text and one order alone, so the numbers say all of them.
 */
export interface PackedTags {
  /** In the order of the file: name, changeNumber, how many IPv4 and how many IPv6 prefixes. */
  readonly tags: readonly (readonly [string, number, number, number])[];
  /**
   * The prefixes of all tags, one tag after the other, in columns, which compress well: the words of the IPv4 addresses
   * (32 bits, little-endian), their lengths (a byte each), the first words of the IPv6 addresses, their second, third and
   * fourth ones, their lengths.
   */
  readonly columns: Uint8Array;
}

/** Addresses of one family, `limbs` words each, and lengths. */
interface Prefixes {
  readonly words: Uint32Array;
  readonly lengths: Uint8Array;
}

/** Where the prefixes of a tag lie among those of all tags, by family. */
interface Place {
  readonly all: Readonly<Record<Family, Prefixes>>;
  readonly from: Readonly<Record<Family, number>>;
  readonly to: Readonly<Record<Family, number>>;
}

const limbsOf = (family: Family): number => bitsOf(family) / 32;

/** Tags as a publication was read, as numbers. */
export function packTags(tags: Iterable<Tag>): PackedTags {
  const heads: [string, number, number, number][] = [];
  const texts: Record<Family, string[]> = { ipv4: [], ipv6: [] };
  for (const { name, changeNumber, published } of tags) {
    const before = { ipv4: texts.ipv4.length, ipv6: texts.ipv6.length };
    for (const text of published) texts[text.includes(':') ? 'ipv6' : 'ipv4'].push(text);
    heads.push([name, changeNumber, texts.ipv4.length - before.ipv4, texts.ipv6.length - before.ipv6]);
  }
  return { tags: heads, columns: Buffer.concat([...columnsOf('ipv4', texts.ipv4), ...columnsOf('ipv6', texts.ipv6)]) };
}

function columnsOf(family: Family, texts: readonly string[]): Uint8Array[] {
  const limbs = limbsOf(family);
  const columns = Array.from({ length: limbs }, () => new Uint32Array(texts.length));
  const lengths = new Uint8Array(texts.length);
  const address = new Uint32Array(limbs);
  for (const [i, text] of texts.entries()) {
    lengths[i] = scanPrefix(family, text, address, 0);
    for (const [k, column] of columns.entries()) column[i] = address[k] as number;
  }
  return [...columns.map((column) => new Uint8Array(column.buffer)), lengths];
}

/**
 * The tags that packTags() made numbers of. Texts and sets of a tag are made when they are asked for: most readers need
 * those of a few. Throws RangeError for numbers that are none of prefixes.
 */
export function unpackTags({ tags, columns }: PackedTags): ReadonlyMap<string, Tag> {
  const sums = { ipv4: 0, ipv6: 0 };
  for (const [, , ipv4, ipv6] of tags) {
    sums.ipv4 += ipv4;
    sums.ipv6 += ipv6;
  }
  const bytesOf = (family: Family) => sums[family] * (limbsOf(family) * 4 + 1);
  if (columns.length !== bytesOf('ipv4') + bytesOf('ipv6')) {
    throw new RangeError(`expected ${bytesOf('ipv4') + bytesOf('ipv6')} bytes of prefixes, got ${columns.length}`);
  }
  const all = {
    ipv4: prefixesIn('ipv4', columns.subarray(0, bytesOf('ipv4')), sums.ipv4),
    ipv6: prefixesIn('ipv6', columns.subarray(bytesOf('ipv4')), sums.ipv6),
  };
  const unpacked = new Map<string, Tag>();
  let from = { ipv4: 0, ipv6: 0 };
  for (const [name, changeNumber, ipv4, ipv6] of tags) {
    const to = { ipv4: from.ipv4 + ipv4, ipv6: from.ipv6 + ipv6 };
    unpacked.set(name, tagAt(name, changeNumber, { all, from, to }));
    from = to;
  }
  if (unpacked.size !== tags.length) throw new RangeError('expected every tag once, got one twice');
  return unpacked;
}

function prefixesIn(family: Family, bytes: Uint8Array, count: number): Prefixes {
  const limbs = limbsOf(family);
  const columns = new Uint32Array(limbs * count);
  // Copied: the bytes need not begin where words may.
  new Uint8Array(columns.buffer).set(bytes.subarray(0, limbs * count * 4));
  const words = limbs === 1 ? columns : new Uint32Array(limbs * count);
  if (limbs > 1) {
    for (let k = 0; k < limbs; k++)
      for (let i = 0; i < count; i++) words[i * limbs + k] = columns[k * count + i] as number;
  }
  const lengths = bytes.slice(limbs * count * 4);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest > bitsOf(family)) throw new RangeError(`expected lengths up to ${bitsOf(family)}, got ${longest}`);
  return { words, lengths };
}

/** Where the tags that were unpacked come from. */
const places = new WeakMap<Tag, Place>();

function tagAt(name: string, changeNumber: number, place: Place): Tag {
  let published: Tag['published'] | undefined;
  let ipv4: PrefixSet | undefined;
  let ipv6: PrefixSet | undefined;
  const prefixes: Tag['prefixes'] = {
    get ipv4() {
      ipv4 ??= setAt('ipv4', place);
      return ipv4;
    },
    get ipv6() {
      ipv6 ??= setAt('ipv6', place);
      return ipv6;
    },
  };
  const tag: Tag = {
    name,
    service: serviceOf(name),
    region: regionOf(name),
    changeNumber,
    get published() {
      published ??= [...textsAt('ipv4', place), ...textsAt('ipv6', place)];
      return published;
    },
    prefixes,
  };
  places.set(tag, place);
  return tag;
}

function textsAt(family: Family, { all, from, to }: Place): string[] {
  const { words, lengths } = all[family];
  const texts: string[] = [];
  for (let i = from[family]; i < to[family]; i++) {
    texts.push(formatPrefix(family, words, i * limbsOf(family), lengths[i] as number));
  }
  return texts;
}

function setAt(family: Family, { all, from, to }: Place): PrefixSet {
  const { words, lengths } = all[family];
  const limbs = limbsOf(family);
  const ranges = new Uint32Array((to[family] - from[family]) * 2 * limbs);
  for (let i = from[family], at = 0; i < to[family]; i++, at += 2 * limbs) {
    for (let k = 0; k < limbs; k++) ranges[at + k] = words[i * limbs + k] as number;
    lastOfPrefix(ranges, at, ranges, at + limbs, limbs, bitsOf(family) - (lengths[i] as number));
  }
  return PrefixSet.ofRanges(family, ranges);
}

/** Whether two tags publish the same prefixes, not only the same addresses; without making their texts where there are numbers. */
export function publishSame(a: Tag, b: Tag): boolean {
  if (a === b) return true;
  const [one, other] = [places.get(a), places.get(b)];
  if (one && other) return isSameAt('ipv4', one, other) && isSameAt('ipv6', one, other);
  return one ? publishesTexts(a, b.published) : publishesTexts(b, a.published);
}

/** Whether a tag publishes just these texts, in this order; without making its own where there are numbers. */
export function publishesTexts(tag: Tag, texts: readonly unknown[]): boolean {
  const place = places.get(tag);
  if (place === undefined) return hasTexts(tag.published, texts);
  const split = place.to.ipv4 - place.from.ipv4;
  const count = split + place.to.ipv6 - place.from.ipv6;
  return (
    texts.length === count &&
    areTextsOf('ipv4', place, texts, 0, split) &&
    areTextsOf('ipv6', place, texts, split, count)
  );
}

/** Whether two lists have the same texts in the same order. */
export function hasTexts(texts: readonly string[], list: readonly unknown[]): boolean {
  if (texts.length !== list.length) return false;
  for (let i = 0; i < texts.length; i++) if (texts[i] !== list[i]) return false;
  return true;
}

/** A prefix has one text alone that is read as it, so numbers that are equal say that texts are. */
function areTextsOf(family: Family, place: Place, texts: readonly unknown[], from: number, to: number): boolean {
  const { words, lengths } = place.all[family];
  const limbs = limbsOf(family);
  const address = new Uint32Array(limbs);
  for (let i = from, at = place.from[family]; i < to; i++, at++) {
    const text = texts[i];
    if (typeof text !== 'string' || scanPrefix(family, text, address, 0) !== lengths[at]) return false;
    if (compareLimbs(address, 0, words, at * limbs, limbs) !== 0) return false;
  }
  return true;
}

function isSameAt(family: Family, a: Place, b: Place): boolean {
  const limbs = limbsOf(family);
  const count = a.to[family] - a.from[family];
  if (count !== b.to[family] - b.from[family]) return false;
  const [one, other] = [a.all[family], b.all[family]];
  const [i, j] = [a.from[family], b.from[family]];
  for (let n = 0; n < count; n++) if (one.lengths[i + n] !== other.lengths[j + n]) return false;
  for (let n = 0; n < count * limbs; n++) if (one.words[i * limbs + n] !== other.words[j * limbs + n]) return false;
  return true;
}
