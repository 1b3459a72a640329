import type { Family } from '../address/family.ts';
import { compareLimbs, lastOfPrefix } from '../address/limbs.ts';
import { scanPrefixBytes } from '../address/scan-prefix.ts';
import { type Columns, limbsOf } from './numeric-tag.ts';

/** Lists of prefixes of one family, one list after the other, read from bytes without an object for each. */
export class PrefixColumns {
  readonly #family: Family;
  readonly #limbs: number;
  #words: Uint32Array;
  #lengths: Uint8Array;
  #count = 0;
  /** Where the list begins that is read. */
  #begin = 0;
  /** The last address of the prefix that came last. */
  readonly #last: Uint32Array;

  /** @param room for how many prefixes there is room at first. */
  constructor(family: Family, room: number) {
    this.#family = family;
    this.#limbs = limbsOf(family);
    this.#words = new Uint32Array(room * this.#limbs);
    this.#lengths = new Uint8Array(room);
    this.#last = new Uint32Array(this.#limbs);
  }

  beginList(): void {
    this.#begin = this.#count;
  }

  /** How many prefixes the list has that is read. */
  get inList(): number {
    return this.#count - this.#begin;
  }

  /** Adds the canonical prefix in bytes[from..to) if it lies above the one before in its list; false for any other text. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#count === this.#lengths.length) this.#grow();
    const limbs = this.#limbs;
    const at = this.#count * limbs;
    const length = scanPrefixBytes(this.#family, bytes, from, to, this.#words, at);
    if (length < 0) return false;
    if (this.#count > this.#begin && compareLimbs(this.#last, 0, this.#words, at, limbs) >= 0) return false;
    lastOfPrefix(this.#words, at, this.#last, 0, limbs, limbs * 32 - length);
    this.#lengths[this.#count++] = length;
    return true;
  }

  /** All lists. */
  result(): Columns {
    return { words: this.#words.slice(0, this.#count * this.#limbs), lengths: this.#lengths.slice(0, this.#count) };
  }

  #grow(): void {
    const [words, lengths] = [new Uint32Array(2 * this.#words.length), new Uint8Array(2 * this.#lengths.length)];
    words.set(this.#words);
    lengths.set(this.#lengths);
    this.#words = words;
    this.#lengths = lengths;
  }
}
