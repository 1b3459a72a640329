import { byFamily } from '../address/family.ts';
import { type Sets, union } from '../address/sets.ts';
import type { Cloud } from '../publication/catalog.ts';
import type { Publication } from '../publication/publication.ts';
import type { Reason } from '../reason.ts';
import type { KnownRegistry } from '../registry.ts';
import type { SourceState } from './source-state.ts';

/** What judge() keeps between publications: facts, per tag. Everything in it is immutable. */
export interface Ledger {
  readonly cloud: Cloud;
  /** The last accepted publication; absent before the first. */
  readonly accepted?: Publication;
  /** How many publications were accepted since the beginning; the unit in which absence is counted beside days. */
  readonly count: number;
  /** When judge() last ran, ISO 8601. A clock that is behind it releases nothing. */
  readonly judgedAt?: string;
  /** Ids of the answers that were taken in, so that none counts twice. */
  readonly answered?: readonly string[];
  readonly tags: ReadonlyMap<string, TagLedger>;
  /** Source health; absent before the first run. */
  readonly source?: SourceState;
  /** Registries of the config as last known; absent before the first was read. */
  readonly registries?: readonly KnownRegistry[];
  /** Parts of plans that wait, so that each is announced once and reminded of. */
  readonly asked?: readonly PendingApproval[];
}

/** A part of a target's plan that waits. */
export interface PendingApproval {
  readonly part: string;
  readonly target: string;
  /** ISO 8601: when it was first told. */
  readonly since: string;
  /** Reminders sent so far. */
  readonly reminded: number;
  /** What it asks about, so that the question stays open until it is answered; absent in ledgers from before that was kept. */
  readonly direction?: 'add' | 'remove';
  readonly ranges?: readonly string[];
  readonly reasons?: readonly Reason[];
  /**
   * Ids of the approvals that let these ranges through, as long as no run has carried them out: withdrawn or expired before
   * that, the question is open again. Absent: it is open.
   */
  readonly approvals?: readonly string[];
}

export interface TagLedger {
  readonly tag: string;
  /** The tag's own changeNumber in the newest accepted publication that had it. */
  readonly changeNumber: number;
  /** What the newest accepted publication holds; empty while the tag is vanished. */
  readonly published: Sets;
  /** The same as written there; losses are counted in these. */
  readonly publishedPrefixes: readonly string[];
  /** ISO 8601 and number of the publication that no longer had the tag; absent while it is published. */
  readonly vanished?: { readonly at: string; readonly changeNumber: number };
  readonly holds: readonly Hold[];
  /** Since when what is published has been there, as far as we have watched; oldest first. */
  readonly appeared?: readonly Appearance[];
  readonly releases: readonly Release[];
  /** Held gains that an answer let in, as long as they are published: withdrawing the answer holds them again. */
  readonly allowed?: readonly AllowedGain[];
}

/** A held gain, or a part of one, that an answer let in. */
export interface AllowedGain {
  /** Id of the answer. */
  readonly decision: string;
  /** The hold as it was. */
  readonly hold: Hold;
  readonly prefixes: Sets;
}

/** Ranges that came with one publication and are published still. */
export interface Appearance {
  readonly at: string;
  readonly changeNumber: number;
  readonly prefixes: Sets;
}

/** A question or a clock on one tag's loss or suspicious gain: all ranges and families of one publication. */
export interface Hold {
  /** Stable: derived from tag, kind and publication digest. */
  readonly id: string;
  readonly tag: string;
  readonly kind: 'loss' | 'gain';
  /** The publication that opened it. */
  readonly publication: { readonly changeNumber: number; readonly date: string; readonly digest: string };
  /** When it was opened, ISO 8601; its age counts from here. */
  readonly since: string;
  /** `Ledger.count` when it opened, that publication included. */
  readonly count: number;
  /** What is still held; shrinks as ranges return or are released. */
  readonly held: Sets;
  /** What was held when it opened. */
  readonly opened: Sets;
  /** Why only a person may release it, each with its arithmetic; empty for a hold that the clock releases. */
  readonly questions: readonly Reason[];
  /** Reminders sent so far; none if absent. */
  readonly reminded?: number;
  /** A decision to keep a loss; the clock does not run while it is active. Absent: there is none. */
  readonly kept?: Kept;
}

/** A loss that stays because of an answer. */
export interface Kept {
  /** Id of the answer; absent in ledgers from before it was kept. */
  readonly decision?: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** ISO 8601: the moment from which the hold is as before again. Absent: no end. */
  readonly until?: string;
}

/** Held ranges that were released. Final until they are published again. */
export interface Release {
  readonly hold: string;
  /** ISO 8601. */
  readonly at: string;
  /** What released them, for people: the clock, or the answer and who gave it. */
  readonly by: string;
  readonly prefixes: Sets;
  /** Of a release by an answer: its id, and the hold as it was, which comes back if the answer is withdrawn. */
  readonly decision?: string;
  readonly was?: Hold;
}

/** What all holds of one kind still hold. */
export function heldBy(holds: readonly Hold[], kind: Hold['kind']): Sets {
  const of = holds.filter((hold) => hold.kind === kind);
  return union(of.map((hold) => hold.held));
}

/** What a tag allows now: published, plus held losses, minus held gains. */
export function effectiveOf(tag: TagLedger): Sets {
  const losses = heldBy(tag.holds, 'loss');
  const gains = heldBy(tag.holds, 'gain');
  return byFamily((family) => tag.published[family].subtract(gains[family]).union(losses[family]));
}

export function emptyLedger(cloud: Ledger['cloud']): Ledger {
  return { cloud, count: 0, tags: new Map() };
}
