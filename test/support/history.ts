import { byFamily } from '../../src/core/address/family.ts';
import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import { emptySets, prefixesOf } from '../../src/core/address/sets.ts';
import { type JudgeInput, type Judgement, judge } from '../../src/core/judge/judge.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { effectiveOf, emptyLedger } from '../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { type Watch, watchTags } from '../../src/core/judge/watch.ts';
import type { Catalog } from '../../src/core/publication/catalog.ts';
import type { ParsedPublication } from '../../src/core/publication/publication.ts';
import { makePublication } from './catalog.ts';

export const start = Date.UTC(2024, 0, 15, 12);
const dayMs = 86_400_000;

/** Prefixes by tag, in any order. */
export type Tags = Readonly<Record<string, readonly string[]>>;

/** Prefixes in the order that publications have them: IPv4 first, each family in numeric order, nothing overlapping. */
export function inOrder(prefixes: readonly string[]): string[] {
  const sets = byFamily((f) =>
    PrefixSet.from(
      f,
      prefixes.filter((one) => one.includes(':') === (f === 'ipv6')),
    ),
  );
  return prefixesOf(sets);
}

/** A ledger that publications are shown to, day by day, watching every tag that any of them has. */
export class Judging {
  ledger: Ledger = emptyLedger('Public');
  #number = 100;
  #watched: Watch = new Map();
  #inForce: Catalog | undefined;
  readonly #options: Partial<JudgeInput>;

  constructor(options: Partial<JudgeInput> = {}) {
    this.#options = options;
  }

  /** Judges a publication that is accepted on a day (0 is the first). */
  publish(
    day: number,
    tags: Tags,
    tagChangeNumbers: Readonly<Record<string, number>> = {},
    watch: Watch = watchTags(Object.keys(tags)),
    more: Partial<ParsedPublication> = {},
    options: Partial<JudgeInput> = {},
  ): Judgement {
    const date = new Date(start + day * dayMs).toISOString().slice(0, 10);
    const sorted = Object.fromEntries(Object.entries(tags).map(([tag, prefixes]) => [tag, inOrder(prefixes)]));
    const accepted = makePublication({ changeNumber: this.#number++, date, tags: sorted, tagChangeNumbers });
    this.#watched = new Map([...this.#watched, ...watch]);
    const { setAside } = more;
    const tagsFrom = [...(setAside?.keys() ?? [])].map((tag) => ({ tag, why: 'broken' }));
    const publication = { ...accepted.publication, ...(tagsFrom.length > 0 ? { tagsFrom } : {}) };
    const judgement = this.#judge(day, { accepted: { ...accepted, ...more, publication }, ...options });
    this.#inForce = accepted.catalog;
    return judgement;
  }

  /** Lets time pass. */
  wait(day: number, options: Partial<JudgeInput> = {}): Judgement {
    return this.#judge(day, options);
  }

  effective(tag: string): PrefixSet {
    const row = this.ledger.tags.get(tag);
    return (row ? effectiveOf(row) : emptySets).ipv4;
  }

  #judge(day: number, options: Partial<JudgeInput>): Judgement {
    const judgement = judge({
      ledger: this.ledger,
      watch: this.#watched,
      ...(this.#inForce ? { inForce: this.#inForce } : {}),
      policy: defaultPolicy,
      now: new Date(start + day * dayMs),
      ...this.#options,
      ...options,
    });
    this.ledger = judgement.ledger;
    return judgement;
  }
}
