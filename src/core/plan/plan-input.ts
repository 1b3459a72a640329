import type { Ledger } from '../judge/ledger.ts';
import type { TagPolicy } from '../judge/policy.ts';
import type { PlanControl } from './control.ts';
import type { Layout, Live } from './live.ts';
import type { TargetMemory } from './memory.ts';
import type { Mode } from './plan-types.ts';
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
