import type { DeclineDecision, HoldDecision } from '../decisions/decision.ts';
import type { Approval } from '../decisions/in-effect.ts';
import type { Ledger, PendingApproval } from '../judge/ledger.ts';
import type { TagPolicy } from '../judge/policy.ts';
import type { Reason } from '../reason.ts';
import type { Layout, Live } from './live.ts';
import type { TargetMemory } from './memory.ts';
import type { Direction, Mode } from './plan-types.ts';
import type { Selection } from './selection.ts';

/** What a plan for one target is made from. */
export interface PlanInput {
  readonly target: {
    readonly id: string;
    readonly kind: string;
    readonly mode: Mode;
    readonly adopt: boolean;
    /** What becomes of entries that others wrote. */
    readonly foreignEntries: 'keep' | 'remove';
    /** On an egress target a gap is the risk; absent: egress. */
    readonly direction?: 'egress' | 'ingress';
    /** Its entries are host names; absent: addresses. */
    readonly holds?: 'names';
    /** Others write this list too, entry by entry: see TargetDefinition. */
    readonly shared?: boolean;
    /** Addresses that may go in beyond the list where it does not fit otherwise; none if absent. */
    readonly maxOverGrant?: number;
  };
  /** `instance/target`. */
  readonly mark: string;
  /** The mark under the id that the target had before it was renamed. */
  readonly formerMark?: string;
  readonly layout: Layout;
  readonly selection: Selection;
  readonly ledger: Ledger;
  /** What the target remembers; undefined before anything of it was read back. */
  readonly memory: TargetMemory | undefined;
  readonly live: Live;
  readonly now: Date;
  readonly policy: TagPolicy;
  /** Hash of the config in force. */
  readonly config?: string;
  /** What people decided; nothing if absent. */
  readonly control?: PlanControl;
}

/**
 * When a person is asked before a part goes: `never`, only where a guard finds it suspicious, or `always`.
 */
export type ApprovalRule = 'never' | 'on-suspicion' | 'always';

/** Decisions and change windows that apply to one target at one moment. */
export interface PlanControl {
  /** Why nothing may be written at all; absent if it may. */
  readonly paused?: Reason;
  /** Why a direction may not be written at this hour; undefined if it may. */
  readonly closed: (direction: Direction) => Reason | undefined;
  readonly approval: Readonly<Record<Direction, ApprovalRule>>;
  /** Active approvals for this target. */
  readonly approvals: readonly Approval[];
  /** Approvals for this target that another person must give too; none if absent. */
  readonly incomplete?: readonly Approval[];
  /** Parts of this target that a person declined. */
  readonly declinedParts: readonly DeclineDecision[];
  /** Answers to each of this target's holds, oldest first. */
  readonly answers: ReadonlyMap<string, readonly HoldDecision[]>;
  /** Parts of this target that waited for a person in the run before; none if absent. */
  readonly asked?: readonly PendingApproval[];
  /** Why no clock releases anything now; absent if it may. */
  readonly releasesWait?: string;
  /** The earlier ledger that every list is pinned to. */
  readonly pinned?: Ledger;
}

/** No decisions, and no change window. */
export const noControl: PlanControl = {
  closed: () => undefined,
  approval: { add: 'on-suspicion', remove: 'on-suspicion' },
  approvals: [],
  declinedParts: [],
  answers: new Map(),
};
