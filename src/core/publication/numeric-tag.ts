import { type ByFamily, bitsOf, byFamily, type Family, families } from '../address/family.ts';
import { compareLimbs, lastOfPrefix } from '../address/limbs.ts';
import { formatPrefix } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { scanPrefix } from '../address/scan-prefix.ts';
import type { Sets } from '../address/sets.ts';
import { regionOf, serviceOf, type Tag } from './catalog.ts';

/** Prefixes of one family of many tags, one tag after the other: addresses, `limbsOf()` words each, and lengths in bits. */
export interface Columns {
  readonly words: Uint32Array;
  readonly lengths: Uint8Array;
}

/** Those of one tag, in their order: `count` of them from the one at `from`. */
export interface Prefixes extends Columns {
  readonly from: number;
  readonly count: number;
}

export const limbsOf = (family: Family): number => bitsOf(family) / 32;

/** A tag in columns: name, changeNumber, how many IPv4 and how many IPv6 prefixes. */
export type TagHead = readonly [name: string, changeNumber: number, ipv4: number, ipv6: number];

/**
 * A tag of prefixes that are known as numbers: canonical, in order and apart. A published prefix has one text alone, so numbers say
 * all of it; texts and sets are made when they are asked for, because most readers need those of a few tags.
 */
class NumericTag implements Tag {
  readonly name: string;
  readonly service: string;
  readonly region: string | undefined;
  readonly changeNumber: number;
  readonly #prefixes: ByFamily<Prefixes>;
  #published: readonly string[] | undefined;
  #sets: Sets | undefined;

  constructor(name: string, changeNumber: number, prefixes: ByFamily<Prefixes>) {
    this.name = name;
    this.service = serviceOf(name);
    this.region = regionOf(name);
    this.changeNumber = changeNumber;
    this.#prefixes = prefixes;
  }

  get published(): readonly string[] {
    const { ipv4, ipv6 } = this.#prefixes;
    this.#published ??= [...textsOf('ipv4', ipv4), ...textsOf('ipv6', ipv6)];
    return this.#published;
  }

  get prefixes(): Sets {
    this.#sets ??= byFamily((family) => setOf(family, this.#prefixes[family]));
    return this.#sets;
  }

  static numbersOf(tag: Tag): ByFamily<Prefixes> | undefined {
    return #prefixes in tag ? tag.#prefixes : undefined;
  }
}

/**
 * The tags of columns, in the order of their heads; a tag of `known` that publishes the same with the same number is taken in
 * place of a new one. New ones have columns of their own then: years of files are kept as what changed in each.
 */
export function tagsOf(
  heads: readonly TagHead[],
  columns: ByFamily<Columns>,
  known: ReadonlyMap<string, Tag> = new Map(),
): ReadonlyMap<string, Tag> {
  const tags = new Map<string, Tag>();
  const fresh: Mutable<ByFamily<Prefixes>>[] = [];
  let [ipv4, ipv6] = [0, 0];
  for (const [name, changeNumber, count4, count6] of heads) {
    const prefixes = {
      ipv4: { words: columns.ipv4.words, lengths: columns.ipv4.lengths, from: ipv4, count: count4 },
      ipv6: { words: columns.ipv6.words, lengths: columns.ipv6.lengths, from: ipv6, count: count6 },
    };
    ipv4 += count4;
    ipv6 += count6;
    const before = known.get(name);
    if (before?.changeNumber === changeNumber && publishes(before, prefixes)) {
      tags.set(name, before);
    } else {
      fresh.push(prefixes);
      tags.set(name, new NumericTag(name, changeNumber, prefixes));
    }
  }
  if (fresh.length < heads.length) for (const family of families) takeApart(family, fresh);
  return tags;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Copies these prefixes of one family into columns that hold nothing else. */
function takeApart(family: Family, all: readonly Mutable<ByFamily<Prefixes>>[]): void {
  const limbs = limbsOf(family);
  const total = all.reduce((sum, { [family]: { count } }) => sum + count, 0);
  const [words, lengths] = [new Uint32Array(total * limbs), new Uint8Array(total)];
  let at = 0;
  for (const prefixes of all) {
    const { words: allWords, lengths: allLengths, from, count } = prefixes[family];
    words.set(allWords.subarray(from * limbs, (from + count) * limbs), at * limbs);
    lengths.set(allLengths.subarray(from, from + count), at);
    prefixes[family] = { words, lengths, from: at, count };
    at += count;
  }
}

/** What a tag publishes, as numbers. */
export function numbersOf(tag: Tag): ByFamily<Prefixes> {
  return NumericTag.numbersOf(tag) ?? readTexts(tag.published);
}

function readTexts(texts: readonly string[]): ByFamily<Prefixes> {
  const split = texts.findIndex((text) => text.includes(':'));
  const ipv4 = split < 0 ? texts : texts.slice(0, split);
  return { ipv4: readFamily('ipv4', ipv4), ipv6: readFamily('ipv6', texts.slice(ipv4.length)) };
}

function readFamily(family: Family, texts: readonly string[]): Prefixes {
  const limbs = limbsOf(family);
  const words = new Uint32Array(texts.length * limbs);
  const lengths = Uint8Array.from(texts, (text, i) => scanPrefix(family, text, words, i * limbs));
  return { words, lengths, from: 0, count: texts.length };
}

function textsOf(family: Family, { words, lengths, from, count }: Prefixes): string[] {
  const limbs = limbsOf(family);
  return Array.from({ length: count }, (_, i) =>
    formatPrefix(family, words, (from + i) * limbs, lengths[from + i] as number),
  );
}

function setOf(family: Family, { words, lengths, from, count }: Prefixes): PrefixSet {
  const limbs = limbsOf(family);
  const ranges = new Uint32Array(2 * limbs * count);
  for (let i = from, at = 0; i < from + count; i++, at += 2 * limbs) {
    for (let k = 0; k < limbs; k++) ranges[at + k] = words[i * limbs + k] as number;
    lastOfPrefix(ranges, at, ranges, at + limbs, limbs, bitsOf(family) - (lengths[i] as number));
  }
  return PrefixSet.ofRanges(family, ranges);
}

/** Whether two tags publish the same prefixes, not only the same addresses; without making their texts where there are numbers. */
export function publishSame(a: Tag, b: Tag): boolean {
  if (a === b) return true;
  const [one, other] = [NumericTag.numbersOf(a), NumericTag.numbersOf(b)];
  if (one && other) return isSame(one.ipv4, other.ipv4) && isSame(one.ipv6, other.ipv6);
  return one ? publishesTexts(a, b.published) : publishesTexts(b, a.published);
}

/** Whether a tag publishes just these prefixes, in this order. */
function publishes(tag: Tag, prefixes: ByFamily<Prefixes>): boolean {
  const own = numbersOf(tag);
  return isSame(own.ipv4, prefixes.ipv4) && isSame(own.ipv6, prefixes.ipv6);
}

/** Whether a tag publishes just these texts, in this order; without making its own where there are numbers. */
export function publishesTexts(tag: Tag, texts: readonly unknown[]): boolean {
  const own = NumericTag.numbersOf(tag);
  if (own === undefined) return hasTexts(tag.published, texts);
  const split = own.ipv4.count;
  return (
    texts.length === split + own.ipv6.count &&
    areTextsOf('ipv4', own.ipv4, texts, 0) &&
    areTextsOf('ipv6', own.ipv6, texts, split)
  );
}

/** Whether two lists have the same texts in the same order. */
export function hasTexts(texts: readonly string[], list: readonly unknown[]): boolean {
  if (texts.length !== list.length) return false;
  for (let i = 0; i < texts.length; i++) if (texts[i] !== list[i]) return false;
  return true;
}

/** A prefix has one text alone that is read as it, so numbers that are equal say that texts are. */
function areTextsOf(family: Family, { words, lengths, from, count }: Prefixes, texts: readonly unknown[], at: number) {
  const limbs = limbsOf(family);
  const address = new Uint32Array(limbs);
  for (let i = from; i < from + count; i++) {
    const text = texts[at++];
    if (typeof text !== 'string' || scanPrefix(family, text, address, 0) !== lengths[i]) return false;
    if (compareLimbs(address, 0, words, i * limbs, limbs) !== 0) return false;
  }
  return true;
}

function isSame(a: Prefixes, b: Prefixes): boolean {
  if (a.count !== b.count) return false;
  if (a.count === 0) return true;
  const limbs = a.words.length / a.lengths.length;
  for (let i = 0; i < a.count; i++) if (a.lengths[a.from + i] !== b.lengths[b.from + i]) return false;
  const [from, other] = [a.from * limbs, b.from * limbs];
  for (let i = 0; i < a.count * limbs; i++) if (a.words[from + i] !== b.words[other + i]) return false;
  return true;
}
