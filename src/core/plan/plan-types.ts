import type { ByFamily } from '../address/family.ts';
import { needsOperator, type OutcomeError, type Reason } from '../reason.ts';
import type { Entries } from './entries.ts';
import type { LearnedLimit, UnitChange } from './live.ts';

export const directions = ['add', 'remove'] as const;
export type Direction = (typeof directions)[number];

/** Why a step is there. */
export type Cause =
  | { readonly kind: 'publication'; readonly changeNumber: number; readonly tag: string }
  | { readonly kind: 'released'; readonly hold: string; readonly tag: string }
  /** A gain that is held: the decision that let it in was withdrawn. */
  | { readonly kind: 'held'; readonly hold: string; readonly tag: string }
  /** `config`: hash of the config that selects it, or no longer does. */
  | { readonly kind: 'config'; readonly config?: string }
  | { readonly kind: 'registry' | 'first contact' | 'drift' | 'pin' }
  /** An entry that this service did not write. */
  | { readonly kind: 'foreign' }
  /** Ours since before memory was kept: the history says more. */
  | { readonly kind: 'carried over' }
  /** Beside the list: prefixes are joined so that they fit, or no longer so. */
  | { readonly kind: 'joined' };

/** One range or host name that goes in or out, with its cause. */
export interface Step {
  readonly prefix: string;
  readonly cause: Cause;
  /** Ids of the decisions that allow it: approvals, answers. */
  readonly decisions?: readonly string[];
}

/** May a plan part be applied? `wait` names what it waits for. */
export type Verdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'refuse'; readonly reasons: readonly Reason[] };

/**
 * When a part is written: by itself, be it in the next window or after a pause; once a person approves it; or not by any
 * approval, because its mode, a clock, an answer or a refusal stands against it.
 */
export function writtenWhen(verdict: Verdict): 'by itself' | 'if approved' | 'never' {
  if (verdict.kind === 'go') return 'by itself';
  if (verdict.kind === 'refuse') return 'never';
  if (needsOperator(verdict.reasons)) return 'if approved';
  return verdict.reasons.every(({ rule }) => hourRules.has(rule)) ? 'by itself' : 'never';
}

const hourRules: ReadonlySet<string> = new Set(['window', 'freeze', 'paused']);

/** All additions, or all removals, of one verdict in one plan. */
export interface PlanPart {
  /** Hash of target, direction and ranges; no time, version or run in it, so an answer given to it stays valid. */
  readonly id: string;
  readonly direction: Direction;
  readonly steps: readonly Step[];
  /** Addresses, as decimal strings. */
  readonly addresses: ByFamily<string>;
  readonly verdict: Verdict;
}

/** What turns live into desired: plain data, stored before anything is written. */
export interface Plan {
  readonly target: string;
  readonly kind: string;
  readonly list: string;
  readonly mode: Mode;
  /** Why nothing at all may be written to this target; empty if something may. */
  readonly refusals: readonly Reason[];
  readonly parts: readonly PlanPart[];
  /** Everything the target let through when the plan was made, as minimal prefixes, from any writer. */
  readonly before: ByFamily<readonly string[]>;
  /** Units as read when the plan was made; a different digest at apply time means a foreign change. */
  readonly base: readonly UnitDigest[];
  /** Writes of the parts that may go, one per unit. Empty if nothing may go. */
  readonly changes: readonly PlannedChange[];
  /** What the changed units must hold afterwards. */
  readonly expected: readonly UnitDigest[];
  /** What is ours once the changes are done, as texts; for sums, and never taken for what is true. */
  readonly owned: ByFamily<readonly string[]>;
  /** The same for host names; absent for a target of addresses. */
  readonly names?: readonly string[];
  /** What is let in beyond the list because prefixes are joined to fit; absent if nothing is. */
  readonly overGrant?: readonly string[];
  /** What would fit if more were let in beyond the list than is allowed: its entries, and what is beyond it. */
  readonly wouldFit?: { readonly entries: readonly string[]; readonly overGrant: readonly string[] };
  /** How many entries Azure takes, where it said so and that is less than the config says. */
  readonly limit?: LearnedLimit;
  /** Of a shared list: the prefixes that are ours once the changes are done, each as it is spelt there. */
  readonly wrote?: readonly string[];
  /** Wanted, let through, and in the target already without being on record as ours. */
  readonly adopts?: readonly Step[];
  /** On record as ours, no longer wanted, and taken out by others. */
  readonly forgets?: readonly string[];
  /** What is in the target whole once the changes are done. */
  readonly complete?: Complete;
  /** Entries that others wrote, raw: they stay and are reported. */
  readonly foreign: readonly ForeignEntry[];
  /** Those of them that let in more than the list, or cover what is ours: raw, with their size. */
  readonly broad?: readonly BroadEntry[];
  /** All that is ours in a family was gone, and is put back. */
  readonly restores?: true;
  /** Units that lost our mark while their entries are ours: the mark is put back. */
  readonly unmarked?: readonly string[];
  /** The target's own holds from now on, with texts in place of sets; absent if there are none and were none. */
  readonly holds?: readonly PlainHold[];
  /** What to remember of drift once what is put right is read back; absent if there is nothing. */
  readonly drift?: readonly Drift[];
  /** Ids of the approvals that let something of it through. */
  readonly approvals: readonly string[];
  /** Things worth telling that stop nothing: what the target cannot hold, entries taken over. */
  readonly notes: readonly string[];
}

/** Why a target, or a part of its plan, is refused; empty if nothing of it is. */
export function refusedBecause({ refusals, parts }: Pick<Plan, 'refusals' | 'parts'>): readonly Reason[] {
  if (refusals.length > 0) return refusals;
  const reasons = parts.flatMap(({ verdict }) => (verdict.kind === 'refuse' ? verdict.reasons : []));
  return reasons.filter(({ text }, index) => reasons.findIndex((one) => one.text === text) === index);
}

/** What is in a target whole, as memory keeps it. */
export interface Complete {
  /** Tags that were in the target whole, read back, while its list selected them: new ranges of these come by publication. */
  readonly tags: readonly string[];
  /**
   * Tags and host names that followed from registries, by what they followed from (`followedKey`): what a registry known
   * here needs now and did not need before comes by the registry, anything else by an edit.
   */
  readonly followed: Readonly<Record<string, readonly string[]>>;
}

/** What drifted together the same number of times. */
export interface Drift {
  /** What putting it right does; absent: `add`. */
  readonly direction?: Direction;
  /** Minimal prefixes of both families, or host names. */
  readonly ranges: readonly string[];
  /** How often it was put right. */
  readonly times: number;
  /** When it was last seen changed, ISO 8601. */
  readonly lastAt: string;
}

/** A write with the ranges it moves in and out of its unit. */
export interface PlannedChange extends UnitChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Entries of others that go out of the unit, raw; absent if none do. */
  readonly dropped?: readonly string[];
}

export interface UnitDigest {
  readonly key: string;
  /** sha256 over family and the minimal prefixes of all entries. */
  readonly digest: string;
  readonly entries: number;
  readonly version?: string;
}

export interface ForeignEntry {
  readonly unit: string;
  readonly entry: string;
}

export interface BroadEntry extends ForeignEntry {
  /** Addresses that it lets in, as a decimal string; absent for a name such as `*`. */
  readonly addresses?: string;
  /** The plan part whose approval takes it out. */
  readonly part: string;
}

export const modes = ['sync', 'add-only', 'report-only'] as const;
export type Mode = (typeof modes)[number];

/** Ranges, or names, of ours that a list no longer selects, on their way out. */
export interface TargetHold {
  readonly id: string;
  readonly cause: 'config' | 'registry';
  /** ISO 8601. */
  readonly since: string;
  /** `Ledger.count` then. */
  readonly count: number;
  readonly held: Entries;
}

/** As `TargetHold`, with texts in place of sets. */
export interface PlainHold extends Omit<TargetHold, 'held'> {
  readonly held: readonly string[];
}

/** What others moved in a list while it was written: raw entries that this service did not write. */
export interface Meanwhile {
  readonly came: readonly string[];
  readonly gone: readonly string[];
  /** Their write undid ours, which was made again. */
  readonly undone?: true;
}

/** What became of one unit's change, or of a part that was not applied: exactly one each, always recorded. */
export interface Outcome {
  readonly target: string;
  /** Unit key of a change, or `part:<direction>` for a part that was not to be applied, or `target` when it failed as a whole. */
  readonly subject: string;
  readonly result: 'done' | 'failed' | 'refused' | 'waiting' | 'reported' | 'superseded';
  /** Ranges this outcome speaks for. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** What happened, for people; for a failure also what to do. */
  readonly text: string;
  /** Of a failure, what kind it is; absent if nothing failed, or if it was decided not to write. */
  readonly error?: OutcomeError;
  /** Write requests that left the ARM client for it. */
  readonly writes: number;
  /** A part that only a decision of a person lets through. */
  readonly asks?: true;
  /** Of a list that others write too: what they changed in the same seconds; absent if nothing was seen of that. */
  readonly meanwhile?: Meanwhile;
  /** An earlier worker began the target and ended without a word: its writes are not in `writes`. */
  readonly resumed?: true;
  readonly at: string;
}

/** Worst first. */
const runStatuses = ['failed', 'partial', 'refused', 'waiting', 'applied', 'no-change'] as const;
export type RunStatus = (typeof runStatuses)[number];
