import { emptySets, type Sets } from '../core/address/sets.ts';
import type { Tag } from '../core/publication/catalog.ts';

/** A way of copying the file that others use, to compare with. */
interface CopyingPolicy {
  readonly name: string;
  /** True if the tag is not taken over from this file, and somebody is told. Entries as published; none for a tag that is not there. */
  refuses(previous: readonly string[], next: readonly string[]): boolean;
}

const missingFrom = (entries: readonly string[], others: readonly string[]): number => {
  const there = new Set(others);
  return entries.filter((entry) => !there.has(entry)).length;
};

export const copyingPolicies: readonly CopyingPolicy[] = [
  // Mirrors the file, whatever it says.
  { name: 'blind', refuses: () => false },
  // Refuses a file's tag that loses over 30 % of its entries against the previous file.
  {
    name: 'percent-30',
    refuses: (previous, next) => previous.length > 0 && missingFrom(previous, next) > previous.length * 0.3,
  },
  // Refuses over 10 % either way.
  {
    name: 'symmetric-10',
    refuses: (previous, next) =>
      previous.length > 0 &&
      (missingFrom(previous, next) > previous.length * 0.1 || missingFrom(next, previous) > previous.length * 0.1),
  },
];

/** One copying policy over a sequence of files. */
export class Copying {
  readonly policy: CopyingPolicy;
  readonly #previous = new Map<string, readonly string[]>();
  readonly #taken = new Map<string, Sets>();

  constructor(policy: CopyingPolicy) {
    this.policy = policy;
  }

  /** Takes one tag of the next file (undefined: the file does not have it); true if it was refused. */
  take(name: string, tag: Tag | undefined): boolean {
    const next = tag?.published ?? [];
    const refused = this.policy.refuses(this.#previous.get(name) ?? [], next);
    this.#previous.set(name, next);
    if (!refused) this.#taken.set(name, tag?.prefixes ?? emptySets);
    return refused;
  }

  effective(name: string): Sets {
    return this.#taken.get(name) ?? emptySets;
  }
}
