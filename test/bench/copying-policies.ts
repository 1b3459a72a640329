import { emptySets, type Sets } from '../../src/core/address/sets.ts';
import type { Tag } from '../../src/core/publication/catalog.ts';
import { BlindCopy } from '../../src/replay/blind-copy.ts';
import type { ComparedPolicy } from '../../src/replay/metrics.ts';

/** A way of copying the file that others use, to compare with. */
interface CopyingPolicy {
  readonly name: string;
  /** True if the tag is not taken over from this file, and a person is notified. Entries as published; none for a tag that is not there. */
  refuses(previous: readonly string[], next: readonly string[]): boolean;
}

const missingFrom = (entries: readonly string[], others: readonly string[]): number => {
  const there = new Set(others);
  return entries.filter((entry) => !there.has(entry)).length;
};

const policies: readonly CopyingPolicy[] = [
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
class Copying implements ComparedPolicy {
  readonly name: string;
  readonly #refuses: CopyingPolicy['refuses'];
  readonly #previous = new Map<string, readonly string[]>();
  readonly #taken = new Map<string, Sets>();

  constructor({ name, refuses }: CopyingPolicy) {
    this.name = name;
    this.#refuses = refuses;
  }

  /** Takes one tag of the next file (undefined: the file does not have it); true if it was refused. */
  take(name: string, tag: Tag | undefined): boolean {
    const next = tag?.published ?? [];
    const refused = this.#refuses(this.#previous.get(name) ?? [], next);
    this.#previous.set(name, next);
    if (!refused) this.#taken.set(name, tag?.prefixes ?? emptySets);
    return refused;
  }

  effective(name: string): Sets {
    return this.#taken.get(name) ?? emptySets;
  }
}

/** The ways of copying that the README compares with, each as before its first file. */
export function copyingPolicies(): readonly ComparedPolicy[] {
  return [new BlindCopy(), ...policies.map((policy) => new Copying(policy))];
}
