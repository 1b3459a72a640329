import type { ByFamily } from '../address/family.ts';
import type { Sets } from '../address/sets.ts';
import type { Reason } from '../judge/ledger.ts';
import type { UnitChange } from './live.ts';

export type Direction = 'add' | 'remove';

/** Why a step is there. */
export type Cause =
  | { readonly kind: 'publication'; readonly changeNumber: number; readonly tag: string }
  | { readonly kind: 'released'; readonly hold: string; readonly tag: string }
  | { readonly kind: 'registry' | 'config' | 'first contact' | 'drift' | 'pin' }
  /** Beside the list: prefixes are joined so that they fit, or no longer so. */
  | { readonly kind: 'joined' };

/** One range that goes in or out, with its cause. */
export interface Step {
  readonly prefix: string;
  readonly cause: Cause;
}

/** May a plan part be applied? `wait` names what it waits for. */
export type Verdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'refuse'; readonly reasons: readonly Reason[] };

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
  /** Everything the target let through when the plan was made, as minimal prefixes, whoever wrote it. */
  readonly before: ByFamily<readonly string[]>;
  /** Units as read when the plan was made; a different digest at apply time means a foreign change. */
  readonly base: readonly UnitDigest[];
  /** Writes of the parts that may go, one per unit. Empty if nothing may go. */
  readonly changes: readonly PlannedChange[];
  /** What the changed units must hold afterwards. */
  readonly expected: readonly UnitDigest[];
  /** Prefixes that are ours once the changes are done, per family as canonical text. */
  readonly owned: ByFamily<readonly string[]>;
  /** What is let in beyond the list because prefixes are joined to fit; absent if nothing is. */
  readonly overGrant?: readonly string[];
  /** What would fit if more were let in beyond the list than is allowed: its entries, and what is beyond it. */
  readonly wouldFit?: { readonly entries: readonly string[]; readonly overGrant: readonly string[] };
  /** Of a shared list: the prefixes that are ours once the changes are done, each as it stands there. */
  readonly wrote?: readonly string[];
  /** Host names that are ours once the changes are done; only of a target of names, whose steps name hosts. */
  readonly names?: readonly string[];
  /** Entries somebody else wrote, raw: they stay and are reported. */
  readonly foreign: readonly ForeignEntry[];
  /** What to remember of drift once the plan is fulfilled; absent if there is nothing. */
  readonly drift?: readonly Drift[];
  /** Ids of the approvals that let something of it through. */
  readonly approvals: readonly string[];
  /** Things worth telling that stop nothing: what the target cannot hold, entries taken over. */
  readonly notes: readonly string[];
}

/** A write with the ranges it moves in and out of its unit. */
export interface PlannedChange extends UnitChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
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

export const modes = ['sync', 'add-only', 'report-only'] as const;
export type Mode = (typeof modes)[number];

/** What a target remembers between runs. */
export interface TargetRecord {
  readonly target: string;
  readonly kind: string;
  /** What is ours in it, as last verified. */
  readonly owned: Sets;
  /** Host names that are ours in it, of a target of names. */
  readonly names?: readonly string[];
  /** Tags its list selected when it was last verified; tells a changed list from a changed publication. */
  readonly tags: readonly string[];
  /** Those of the tags that followed from registries, by what they followed from: tells a registry that moved from an edited list. */
  readonly followed?: Readonly<Record<string, readonly string[]>>;
  /** Removals that wait for a clock: ranges of ours that the list no longer selects. */
  readonly holds: readonly TargetHold[];
  /** Of a shared list: the prefixes that we wrote, each as it stands there. Noted before they are written. */
  readonly wrote?: readonly string[];
  /** What is let in beyond the list because prefixes were joined to fit. */
  readonly overGrant?: readonly string[];
  /** What somebody else changed and we put right, of late; absent in records from before it was counted. */
  readonly drift?: readonly Drift[];
}

/** Ranges that drifted together the same number of times. */
export interface Drift {
  /** Minimal prefixes of both families; names of a target of names. */
  readonly ranges: readonly string[];
  /** How often they were put right. */
  readonly times: number;
  /** When they were last seen changed, ISO 8601. */
  readonly lastAt: string;
}

/** Ranges, or names, of ours that a list no longer selects, on their way out. */
export interface TargetHold {
  readonly id: string;
  readonly cause: 'config' | 'registry';
  /** ISO 8601. */
  readonly since: string;
  /** `Ledger.count` then. */
  readonly count: number;
  readonly held: Sets;
  /** Host names that are held, of a target of names. */
  readonly names?: readonly string[];
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
  /** Write requests that left the ARM client for it. */
  readonly writes: number;
  /** An earlier worker began the target and ended without a word: its writes are not in `writes`. */
  readonly resumed?: true;
  readonly at: string;
}

/** Worst first. */
const runStatuses = ['failed', 'partial', 'refused', 'waiting', 'applied', 'no-change'] as const;
export type RunStatus = (typeof runStatuses)[number];
