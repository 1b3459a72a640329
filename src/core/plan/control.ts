import type { DeclineDecision, HoldDecision } from '../decisions/decision.ts';
import type { Approval } from '../decisions/in-effect.ts';
import type { Ledger, PendingApproval } from '../judge/ledger.ts';
import type { Reason } from '../reason.ts';
import type { Direction } from './plan-types.ts';

/**
 * When a person is asked before a part goes: `never`, only where a guard finds it suspicious, or `always`.
 */
export type ApprovalRule = 'never' | 'on-suspicion' | 'always';

/** What people and the operator's rules say about one target at one moment. */
export interface PlanControl {
  /** Why nothing may be written at all; absent if it may. */
  readonly paused?: Reason;
  /** Why a direction may not be written at this hour; undefined if it may. */
  readonly closed: (direction: Direction) => Reason | undefined;
  readonly approval: Readonly<Record<Direction, ApprovalRule>>;
  /** Approvals in force for this target. */
  readonly approvals: readonly Approval[];
  /** Parts of this target that somebody answered with keep. */
  readonly keptParts: readonly DeclineDecision[];
  /** Answers to each of this target's holds, oldest first. */
  readonly answers: ReadonlyMap<string, readonly HoldDecision[]>;
  /** Parts of this target that waited for a person in the run before; none if absent. */
  readonly asked?: readonly PendingApproval[];
  /** Why no clock releases anything now; absent if it may. */
  readonly releasesWait?: string;
  /** The earlier ledger that every list is pinned to. */
  readonly pinned?: Ledger;
}

/** Nobody has said anything, and every hour is fine. */
export const noControl: PlanControl = {
  closed: () => undefined,
  approval: { add: 'on-suspicion', remove: 'on-suspicion' },
  approvals: [],
  keptParts: [],
  answers: new Map(),
};
