import { type Entries, entriesOf, noEntries, textsOf, unite } from './entries.ts';
import type { LearnedLimit } from './live.ts';
import type { Cause, Complete, Direction, Drift, PlainHold, TargetHold } from './plan-types.ts';

/**
 * What a target remembers: for everything that is ours in it, since when, why, which run put it there and on whose decision.
 * It advances by what was read back (`advance-memory.ts`) or by what a person decided, never by a plan: a plan that waits,
 * fails or is cut off leaves it as it is. What is owned, drift, the causes of the next plan and "why is this allowed"
 * follow from it and from the ledger; none of them is stored beside it.
 */
export interface TargetMemory extends Complete {
  readonly target: string;
  readonly kind: string;
  /** What is ours. No two grants share an address or a name. */
  readonly grants: readonly Grant[];
  /** Since when the list no longer selects what is ours. */
  readonly holds: readonly TargetHold[];
  /** Of a shared list: entries of ours as they are spelt there, noted before they are written. */
  readonly claimed?: readonly string[];
  /** True if nothing was ever read back: only entries of a shared list were noted, before the first write. */
  readonly unread?: true;
  /** What others changed and we put right. */
  readonly drift?: readonly Drift[];
  /**
   * Units with something of ours in them, those among them that others emptied since; absent in records from before they
   * were kept.
   */
  readonly units?: readonly string[];
  /** Units that Azure left in state Failed, and how often they were written in vain since. */
  readonly failures?: readonly UnitFailure[];
  /** How many entries Azure takes, where it refused more: until more than that are there, or the config says otherwise. */
  readonly limit?: LearnedLimit;
  /** What came and went last, while it is not known to be stored; absent otherwise. */
  readonly moves?: readonly Move[];
}

/** Ranges or names that went in together. */
export interface Grant {
  readonly entries: Entries;
  readonly cause: Cause;
  /** When it was first read back in the target, ISO 8601; absent if that was before memory was kept. */
  readonly since?: string;
  readonly run?: string;
  /** True if it was there before this service wrote anything of it. */
  readonly found?: true;
  /** Decisions that let it in: approvals of the part, an answer to a held gain. */
  readonly decisions?: readonly DecisionRef[];
}

/** A decision as a grant and the history name it. */
export interface DecisionRef {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly why: string;
  readonly ticket?: string;
}

export interface UnitFailure {
  readonly unit: string;
  /** Writes after which it was Failed. */
  readonly tries: number;
  /** When it was first seen so, ISO 8601. */
  readonly since: string;
}

/**
 * Ranges or names that became ours in a target together, or stopped being so. Moves are what memory was on other days: each
 * time it advances, what came and what went is noted.
 */
export interface Move {
  readonly target: string;
  /** When it was read back, ISO 8601. */
  readonly at: string;
  readonly direction: Direction;
  /** Host names and minimal prefixes. */
  readonly ranges: readonly string[];
  readonly cause: Cause;
  readonly run: string;
  /** True if it was there before this service wrote anything of it. */
  readonly found?: true;
  readonly decisions?: readonly DecisionRef[];
  /** Of what went: since when and why it was there. */
  readonly was?: Pick<Grant, 'since' | 'cause'>;
}

/** Everything that is ours in a target. */
export function ownedOf(memory: Pick<TargetMemory, 'grants'> | undefined): Entries {
  if (!memory || memory.grants.length === 0) return noEntries;
  return unite(memory.grants.map((grant) => grant.entries));
}

/** Whether anything was ever read back in the target, also if nothing of ours is left in it. */
export function isContacted(memory: TargetMemory | undefined): memory is TargetMemory {
  return memory !== undefined && !memory.unread;
}

/** A memory without sets, for storing and comparing. */
export function plainMemory(memory: TargetMemory): PlainMemory {
  return {
    ...memory,
    grants: memory.grants.map((grant) => ({ ...grant, entries: textsOf(grant.entries) })),
    holds: plainHolds(memory.holds),
  };
}

export function memoryOfPlain(plain: PlainMemory): TargetMemory {
  return {
    ...plain,
    grants: plain.grants.map((grant) => ({ ...grant, entries: entriesOf(grant.entries) })),
    holds: holdsOfPlain(plain.holds),
  };
}

/** As `TargetMemory`, with texts in place of sets. */
export interface PlainMemory extends Omit<TargetMemory, 'grants' | 'holds'> {
  readonly grants: readonly (Omit<Grant, 'entries'> & { readonly entries: readonly string[] })[];
  readonly holds: readonly PlainHold[];
}

export function plainHolds(holds: readonly TargetHold[]): PlainHold[] {
  return holds.map((hold) => ({ ...hold, held: textsOf(hold.held) }));
}

export function holdsOfPlain(holds: readonly PlainHold[]): TargetHold[] {
  return holds.map((hold) => ({ ...hold, held: entriesOf(hold.held) }));
}
