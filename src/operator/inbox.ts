import type { ApprovalsSoFar } from '../core/decisions/quorum.ts';
import type { SourceFreshness } from '../core/judge/source-state.ts';
import type { Affected } from '../core/notice.ts';
import type { RemovalRisk } from '../core/plan/ticket-facts.ts';
import type { Reason } from '../core/reason.ts';

/** What waits for a person, and whether all is well otherwise. */
export interface InboxView {
  readonly instance: string;
  /** ISO 8601. */
  readonly at: string;
  /** Most urgent first. */
  readonly items: readonly InboxItem[];
  /** The newest publication in force: its date, ISO 8601, and its age; absent before the first. */
  readonly publication?: { readonly changeNumber: number; readonly date: string; readonly ageDays: number };
  readonly freshness: SourceFreshness | 'none';
  /** Holds that end by themselves. */
  readonly quietHolds: number;
  /** What is not well and waits for no answer, in sentences: a failed target, a late source, a pause. */
  readonly troubles: readonly string[];
}

/** One thing that waits for a person. */
export interface InboxItem {
  readonly kind: 'hold' | 'part' | 'file' | 'tag';
  readonly id: string;
  /** Names it wherever an id is asked for. */
  readonly short: string;
  /** The tag, target or file that it is about. */
  readonly about: string;
  /** One sentence. */
  readonly title: string;
  /** ISO 8601. */
  readonly since: string;
  /** Its ranges or host names; empty for a file. */
  readonly prefixes: readonly string[];
  readonly addresses: { readonly ipv4: string; readonly ipv6: string };
  readonly reasons: readonly Reason[];
  readonly affected: Affected;
  readonly parents?: ParentsView;
  /** Of a part that takes ranges out: what the publication in force says of them. */
  readonly risks?: readonly RemovalRisk[];
  readonly suggested: {
    /** The word of the answer; `wait` where none is needed now. */
    readonly answer: 'keep' | 'remove' | 'allow' | 'block' | 'approve' | 'decline' | 'accept' | 'wait';
    readonly reason: string;
  };
  readonly ifIgnored: {
    readonly text: string;
    /** ISO 8601: from when on it may do harm, or ends by itself; absent where time changes nothing. */
    readonly at?: string;
  };
  /** Exact commands, that of the suggested answer first. */
  readonly commands: readonly { readonly answer: string; readonly command: string }[];
  /** Who approved it already, where several people have to. */
  readonly approvals?: ApprovalsSoFar;
}

/** Where the ranges of a loss are in the newest publication. */
export interface ParentsView {
  /** Still in AzureCloud of the region. */
  readonly region: readonly string[];
  /** In the service's global tag alone. */
  readonly global: readonly string[];
  /** In neither. */
  readonly neither: readonly string[];
  /** ISO 8601: since when the first of them are in neither. */
  readonly neitherSince?: string;
}
