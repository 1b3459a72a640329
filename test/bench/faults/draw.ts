import { createHash } from 'node:crypto';

/**
 * Choices that depend on a seed and on nothing else. Each case has a draw of its own, named for it: a new kind of fault, or fewer
 * pairs of files, change no other case.
 */
export class Draw {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A whole number from 0 to below `end`. Throws RangeError if there is none. */
  below(end: number): number {
    if (!(end >= 1)) throw new RangeError(`expected something to choose from, got ${end} choices`);
    this.#drawn += 1;
    const hash = createHash('sha256').update(`${this.#seed}|${this.#drawn}`).digest();
    // 48 of its bits: a share of 2^-40 or less is one choice more likely than another.
    return hash.readUIntBE(0, 6) % end;
  }

  /** Throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T {
    const [first] = this.shuffled(list);
    if (first === undefined) throw new RangeError('expected something to choose from, got an empty list');
    return first;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.flatMap(() => left.splice(this.below(left.length), 1));
  }
}
