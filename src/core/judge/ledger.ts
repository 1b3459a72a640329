import { type ByFamily, byFamily, type Family } from '../address/family.ts';
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
  /** Where held losses are absent beside the tag; absent if there are none, and in ledgers from before it was kept. */
  readonly absences?: Absences;
  /** Families for which no parent can be relied on: there is none, or it never contained the tag. None if absent. */
  readonly withoutParents?: readonly Family[];
  /** Parents that were relied on for a family: one that is missing from a publication leaves its gains unconfirmed. */
  readonly parentsSeen?: { readonly [F in Family]?: readonly ('global' | 'region')[] };
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

/** Held losses of a tag that its parents lack as well, oldest first. */
export interface Absences {
  /** Not in AzureCloud of the region; all of them where there is no such tag. */
  readonly region: readonly Absence[];
  /** In neither parent. */
  readonly parents: readonly Absence[];
}

/** Ranges that have been absent from somewhere since one publication. */
export interface Absence {
  /** ISO 8601. */
  readonly at: string;
  /** `Ledger.count` then, that publication included. */
  readonly count: number;
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
  /** Why a person would be asked, were there no parents to answer and did every list have the tag's ranges. */
  readonly grounds: readonly Ground[];
  /** What is asked of people now: of the grounds, those that no parent settles and that concern a list of some target. */
  readonly questions: readonly Reason[];
  /** Of a loss: what the tag's parents answer to its grounds. Nothing if absent. */
  readonly settled?: Settled;
  /** Of a loss: the measure of what the tag allowed before, see measureOf(), for the words about it. */
  readonly before?: ByFamily<string>;
  /** Of a loss: the measure of what of it the parents have, in the publication that last said so; absent where there is no such parent. */
  readonly under?: { readonly global?: ByFamily<string>; readonly region?: ByFamily<string> };
  /** What people were last told of it; absent while it concerns no list of a target. */
  readonly told?: HoldState;
  /** Since when it is asked about, ISO 8601; absent while it is not, and where it is asked since it was opened. */
  readonly asked?: string;
  /** Reminders sent so far since then; none if absent. */
  readonly reminded?: number;
  /** A decision to keep a loss; the clock does not run while it is active. Absent: there is none. */
  readonly kept?: Kept;
}

/** Why a person would be asked about a hold. */
export interface Ground {
  readonly reason: Reason;
  /** Who would notice: whoever holds all families of one of these. */
  readonly concerns: readonly (readonly Family[])[];
}

/** `kept`: every parent has all of it. `clock`: what is not in each parent is in none, and not too much to go by itself. */
export type Settled = { readonly [F in Family]?: 'kept' | 'clock' };

/** What becomes of a hold without an answer: people are asked, its parents keep it, or the clock releases it. */
export type HoldState = 'asked' | 'kept' | 'clock';

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

/** True while a decision keeps the hold, whatever the clock says. `now` is ISO 8601. */
export function isKept({ kept }: Hold, now: string): boolean {
  return kept !== undefined && (kept.until === undefined || now < kept.until);
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
