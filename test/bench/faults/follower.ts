import { emptySets, type Sets, setsOf, union } from '../../../src/core/address/sets.ts';
import { judge } from '../../../src/core/judge/judge.ts';
import { effectiveOf, emptyLedger, type Ledger, type TagLedger } from '../../../src/core/judge/ledger.ts';
import type { Policy } from '../../../src/core/judge/policy.ts';
import { type Watch, watchTags } from '../../../src/core/judge/watch.ts';
import { acceptFile } from '../../../src/core/publication/accept.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import type { ParsedPublication } from '../../../src/core/publication/publication.ts';
import type { ComparedPolicy } from '../../../src/replay/metrics.ts';

/** What people hear of one step. */
export interface Told {
  /** The file is refused, or waits for a person. */
  readonly waits: boolean;
  /** Ranges of tags that a question is about. */
  readonly asked: ReadonlyMap<string, Sets>;
  /** Ranges of losses that are kept, as a notice says without a question. */
  readonly kept: ReadonlyMap<string, Sets>;
}

/** A way to follow the files, from before its first one. */
export interface Follower {
  readonly name: string;
  take(file: ParsedPublication, now: Date): Told;
  /** A day without a file. */
  pass(now: Date): Told;
  effective(tag: string): Sets;
}

export const nothingTold: Told = { waits: false, asked: new Map(), kept: new Map() };

/** The judge, as the service drives it, with nobody who answers. */
export class Judging implements Follower {
  readonly name = 'service-tag-sync';
  readonly #policy: Policy;
  readonly #watch: Watch;
  readonly #effective = new WeakMap<TagLedger, Sets>();
  #ledger: Ledger = emptyLedger('Public');
  #inForce: Catalog | undefined;

  constructor(policy: Policy, tags: readonly string[]) {
    this.#policy = policy;
    this.#watch = watchTags(tags);
  }

  take({ publication, catalog }: ParsedPublication, now: Date): Told {
    const file = { publication, catalog };
    const { accepted } = this.#ledger;
    const before = {
      ...(accepted ? { publication: accepted } : {}),
      ...(this.#inForce ? { catalog: this.#inForce } : {}),
    };
    const { verdict, parsed } = acceptFile(file, {
      before,
      inForce: this.#inForce,
      after: accepted,
      policy: this.#policy,
      now,
    });
    if (verdict !== 'accepted') return { ...this.pass(now), waits: verdict !== 'seen' };
    return this.#judge(now, parsed);
  }

  pass(now: Date): Told {
    return this.#judge(now);
  }

  effective(tag: string): Sets {
    const row = this.#ledger.tags.get(tag);
    if (!row) return emptySets;
    const known = this.#effective.get(row) ?? effectiveOf(row);
    this.#effective.set(row, known);
    return known;
  }

  #judge(now: Date, accepted?: ParsedPublication): Told {
    const { ledger, events } = judge({
      ledger: this.#ledger,
      ...(accepted ? { accepted } : {}),
      ...(this.#inForce ? { inForce: this.#inForce } : {}),
      watch: this.#watch,
      policy: this.#policy,
      now,
    });
    this.#ledger = ledger;
    if (accepted) this.#inForce = accepted.catalog;
    if (events.length === 0) return nothingTold;
    const asked = new Map<string, Sets>();
    const kept = new Map<string, Sets>();
    const note = (told: Map<string, Sets>, tag: string, prefixes: readonly string[]): void => {
      told.set(tag, union([told.get(tag) ?? emptySets, setsOf(prefixes)]));
    };
    for (const event of events) {
      if (event.kind === 'hold-opened' && event.questions.length > 0) note(asked, event.tag, event.prefixes);
      else if (event.kind === 'hold-opened' && event.settled === 'kept') note(kept, event.tag, event.prefixes);
      else if (event.kind === 'hold-settled' && event.how === 'kept') note(kept, event.tag, event.prefixes);
    }
    return { waits: false, asked, kept };
  }
}

/** A way of copying the file: it knows no clock, and a tag that it refuses is a notification. */
export class CopyingFollower implements Follower {
  readonly name: string;
  readonly #policy: ComparedPolicy;
  readonly #tags: readonly string[];

  constructor(policy: ComparedPolicy, tags: readonly string[]) {
    this.name = policy.name;
    this.#policy = policy;
    this.#tags = tags;
  }

  take({ catalog }: ParsedPublication): Told {
    const asked = new Map<string, Sets>();
    for (const name of this.#tags) {
      const tag = catalog.tags.get(name);
      if (!this.#policy.take(name, tag)) continue;
      asked.set(name, union([tag?.prefixes ?? emptySets, this.#policy.effective(name)]));
    }
    return { waits: false, asked, kept: new Map() };
  }

  pass(): Told {
    return nothingTold;
  }

  effective(tag: string): Sets {
    return this.#policy.effective(tag);
  }
}
