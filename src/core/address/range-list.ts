import type { Family } from './family.ts';
import { compareLimbs, lastOfPrefix } from './limbs.ts';
import { scanPrefix } from './scan-prefix.ts';

/** Ranges of one family, read one after the other from texts of prefixes, without an object for each. */
export class RangeList {
  readonly #family: Family;
  readonly #limbs: 1 | 4;
  #ranges: Uint32Array;
  #end = 0;

  /** @param expected how many there will be, at most as far as is known; more may come. */
  constructor(family: Family, expected: number) {
    this.#family = family;
    this.#limbs = family === 'ipv4' ? 1 : 4;
    this.#ranges = new Uint32Array(expected * 2 * this.#limbs);
  }

  /** Adds a canonical prefix of the family, as scanPrefix() reads it; false for any other text. */
  add(text: string): boolean {
    const limbs = this.#limbs;
    const at = this.#end;
    if (at === this.#ranges.length) this.#grow();
    const length = scanPrefix(this.#family, text, this.#ranges, at);
    if (length < 0) return false;
    lastOfPrefix(this.#ranges, at, this.#ranges, at + limbs, limbs, limbs * 32 - length);
    this.#end = at + 2 * limbs;
    return true;
  }

  /** Whether the range that came last begins above the end of the one before; true for the first. */
  get ascends(): boolean {
    const last = this.#end - 2 * this.#limbs;
    return last <= 0 || compareLimbs(this.#ranges, last - this.#limbs, this.#ranges, last, this.#limbs) < 0;
  }

  /** All of them, flat, as PrefixSet.ofRanges() takes them. The list is used up. */
  toRanges(): Uint32Array {
    return this.#end < this.#ranges.length ? this.#ranges.slice(0, this.#end) : this.#ranges;
  }

  #grow(): void {
    const larger = new Uint32Array(Math.max(2 * this.#ranges.length, 16 * this.#limbs));
    larger.set(this.#ranges);
    this.#ranges = larger;
  }
}
