import { type Family, familyNames } from './family.ts';
import { compareLimbs, copyLimbs, lastOfPrefix, nextAddress, previousAddress, trailingZeros } from './limbs.ts';
import { formatAddress, formatPrefix, PrefixError, parsePrefix } from './prefix.ts';
import { RangeList } from './range-list.ts';
import { normalise } from './ranges.ts';

/**
 * An immutable set of addresses of one family, seen as a minimal sorted list of CIDR prefixes. Two sets with the same
 * addresses are equal whatever prefixes they were made from.
 */
export class PrefixSet {
  readonly family: Family;
  /**
   * Inclusive ranges, flat: low, high, low, high, each bound `words` long. Sorted, disjoint and never adjacent (there is
   * at least one address between two ranges); every operation below relies on it and keeps it.
   */
  readonly #ranges: Uint32Array;
  readonly #limbs: 1 | 4;

  private constructor(family: Family, ranges: Uint32Array) {
    this.family = family;
    this.#ranges = ranges;
    this.#limbs = family === 'ipv4' ? 1 : 4;
  }

  static empty(family: Family): PrefixSet {
    return new PrefixSet(family, new Uint32Array(0));
  }

  /** The set of canonical CIDR prefixes in any order, overlapping or not. Throws PrefixError for any other text or family. */
  static from(family: Family, prefixes: Iterable<string>): PrefixSet {
    const texts = Array.isArray(prefixes) ? (prefixes as readonly string[]) : [...prefixes];
    const ranges = new RangeList(family, texts.length);
    for (const text of texts) if (!ranges.add(text)) throw refusal(family, text);
    return PrefixSet.ofRanges(family, ranges.toRanges());
  }

  /**
   * The set of inclusive ranges, flat (first, last, first, last; each address one word for IPv4, four for IPv6), in any
   * order, overlapping or not. No end may lie below its start. The array is the set's from then on.
   */
  static ofRanges(family: Family, ranges: Uint32Array): PrefixSet {
    return new PrefixSet(family, normalise(ranges, family === 'ipv4' ? 1 : 4));
  }

  /** The set of one inclusive range. Throws RangeError if `last` lies below `first`. */
  static range(family: Family, first: Uint32Array, last: Uint32Array): PrefixSet {
    const limbs = family === 'ipv4' ? 1 : 4;
    if (compareLimbs(first, 0, last, 0, limbs) > 0)
      throw new RangeError('expected a range whose end is not below its start');
    const ranges = new Uint32Array(2 * limbs);
    copyLimbs(first, 0, ranges, 0, limbs);
    copyLimbs(last, 0, ranges, limbs, limbs);
    return new PrefixSet(family, ranges);
  }

  static unionOf(family: Family, sets: Iterable<PrefixSet>): PrefixSet {
    const parts = [...sets].filter((set) => !set.isEmpty);
    for (const part of parts) part.#sameFamily(family);
    if (parts.length === 0) return PrefixSet.empty(family);
    if (parts.length === 1) return parts[0] as PrefixSet;
    const all = new Uint32Array(parts.reduce((sum, part) => sum + part.#ranges.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part.#ranges, at);
      at += part.#ranges.length;
    }
    return PrefixSet.ofRanges(family, all);
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  union(other: PrefixSet): PrefixSet {
    return PrefixSet.unionOf(this.family, [this, other]);
  }

  /**
   * Addresses in this set and not in `other`.
   *
   *     this   [-------]   [-----]
   *     other     [--]   [--]
   *     result [-]   [-]    [----]
   */
  subtract(other: PrefixSet): PrefixSet {
    this.#sameFamily(other.family);
    if (this.isEmpty || other.isEmpty) return this;
    const w = this.#limbs;
    const a = this.#ranges;
    const b = other.#ranges;
    // Each range of either set adds one to the result at most.
    const out = new Uint32Array(a.length + b.length);
    const low = new Uint32Array(w);
    let end = 0;
    let j = 0;
    for (let i = 0; i < a.length; i += 2 * w) {
      copyLimbs(a, i, low, 0, w);
      while (j < b.length && compareLimbs(b, j + w, low, 0, w) < 0) j += 2 * w;
      let open = true;
      for (let k = j; k < b.length && compareLimbs(b, k, a, i + w, w) <= 0; k += 2 * w) {
        if (compareLimbs(b, k, low, 0, w) > 0) {
          copyLimbs(low, 0, out, end, w);
          previousAddress(b, k, out, end + w, w);
          end += 2 * w;
        }
        if (compareLimbs(b, k + w, a, i + w, w) >= 0) {
          open = false;
          break;
        }
        nextAddress(b, k + w, low, 0, w);
      }
      if (open) {
        copyLimbs(low, 0, out, end, w);
        copyLimbs(a, i + w, out, end + w, w);
        end += 2 * w;
      }
    }
    return new PrefixSet(this.family, out.slice(0, end));
  }

  /**
   * Addresses in both sets.
   *
   *     this   [-------]   [-----]
   *     other     [--]   [--]
   *     result    [--]     []
   */
  intersect(other: PrefixSet): PrefixSet {
    this.#sameFamily(other.family);
    const w = this.#limbs;
    const a = this.#ranges;
    const b = other.#ranges;
    const out = new Uint32Array(a.length + b.length);
    let end = 0;
    let i = 0;
    let j = 0;
    while (i < a.length && j < b.length) {
      const fromA = compareLimbs(a, i, b, j, w) >= 0;
      copyLimbs(fromA ? a : b, fromA ? i : j, out, end, w);
      const aEndsFirst = compareLimbs(a, i + w, b, j + w, w) <= 0;
      copyLimbs(aEndsFirst ? a : b, (aEndsFirst ? i : j) + w, out, end + w, w);
      // Bounds the wrong way round: nothing is in both, and the next ones take their place.
      if (compareLimbs(out, end, out, end + w, w) <= 0) end += 2 * w;
      if (aEndsFirst) i += 2 * w;
      else j += 2 * w;
    }
    return new PrefixSet(this.family, out.slice(0, end));
  }

  /** True if every address of `other` is in this set. */
  covers(other: PrefixSet): boolean {
    this.#sameFamily(other.family);
    const w = this.#limbs;
    const a = this.#ranges;
    const b = other.#ranges;
    let i = 0;
    for (let j = 0; j < b.length; j += 2 * w) {
      while (i < a.length && compareLimbs(a, i + w, b, j, w) < 0) i += 2 * w;
      if (i === a.length) return false;
      if (compareLimbs(a, i, b, j, w) > 0 || compareLimbs(a, i + w, b, j + w, w) < 0) return false;
    }
    return true;
  }

  overlaps(other: PrefixSet): boolean {
    this.#sameFamily(other.family);
    const w = this.#limbs;
    const a = this.#ranges;
    const b = other.#ranges;
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      if (compareLimbs(a, i + w, b, j, w) < 0) i += 2 * w;
      else if (compareLimbs(b, j + w, a, i, w) < 0) j += 2 * w;
      else return true;
    }
    return false;
  }

  equals(other: PrefixSet): boolean {
    const a = this.#ranges;
    const b = other.#ranges;
    if (a === b) return true;
    return this.family === other.family && a.length === b.length && a.every((limb, i) => limb === b[i]);
  }

  /** Number of addresses; a bigint because one IPv6 prefix can hold more than a number can count. */
  get count(): bigint {
    const w = this.#limbs;
    const r = this.#ranges;
    if (w === 1) {
      let sum = 0;
      for (let i = 0; i < r.length; i += 2) sum += (r[i + 1] as number) - (r[i] as number) + 1;
      return BigInt(sum);
    }
    let sum = 0n;
    for (let i = 0; i < r.length; i += 2 * w) sum += toBigInt(r, i + w, w) - toBigInt(r, i, w) + 1n;
    return sum;
  }

  /** The fewest CIDR prefixes with exactly these addresses, in numeric order. */
  toPrefixes(): string[] {
    const out: string[] = [];
    this.#eachPrefix((address, length) => out.push(formatPrefix(this.family, address, 0, length)));
    return out;
  }

  /** How many toPrefixes() has, without making them. */
  get prefixCount(): number {
    let count = 0;
    this.#eachPrefix(() => count++);
    return count;
  }

  /** The address is the caller's for the time of the call alone. */
  #eachPrefix(take: (address: Uint32Array, length: number) => void): void {
    const w = this.#limbs;
    const r = this.#ranges;
    const bits = w * 32;
    const low = new Uint32Array(w);
    const last = new Uint32Array(w);
    for (let i = 0; i < r.length; i += 2 * w) {
      copyLimbs(r, i, low, 0, w);
      while (true) {
        let host = trailingZeros(low, 0, w);
        lastOfPrefix(low, 0, last, 0, w, host);
        while (compareLimbs(last, 0, r, i + w, w) > 0) {
          host--;
          lastOfPrefix(low, 0, last, 0, w, host);
        }
        take(low, bits - host);
        if (compareLimbs(last, 0, r, i + w, w) === 0) break;
        nextAddress(last, 0, low, 0, w);
      }
    }
  }

  /** Its first and its last address; undefined if it is empty. */
  bounds(): readonly [first: Uint32Array, last: Uint32Array] | undefined {
    const w = this.#limbs;
    const r = this.#ranges;
    return this.isEmpty ? undefined : [r.slice(0, w), r.slice(-w)];
  }

  /** Its ranges `first-last`, inclusive, sorted and as few as there can be. */
  toRanges(): string[] {
    const w = this.#limbs;
    const text = (at: number) => formatAddress(this.family, this.#ranges, at);
    return Array.from({ length: this.#ranges.length / (2 * w) }, (_, i) => `${text(2 * w * i)}-${text(2 * w * i + w)}`);
  }

  #sameFamily(family: Family): void {
    if (this.family !== family) throw new RangeError(`expected a set of ${family} prefixes, got ${this.family}`);
  }
}

function refusal(family: Family, text: string): PrefixError {
  parsePrefix(text);
  return new PrefixError(`an ${familyNames[family]} prefix`, text);
}

function toBigInt(limbs: Uint32Array, offset: number, count: number): bigint {
  let value = 0n;
  for (let k = 0; k < count; k++) value = (value << 32n) | BigInt(limbs[offset + k] as number);
  return value;
}
