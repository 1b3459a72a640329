import type { Decision } from './decisions/decision.ts';
import type { ChangedSums, ChangeSums, Difference, ProposedChange } from './plan/proposed-change.ts';
import type { RemovalRisk } from './plan/ticket-facts.ts';
import type { Publication } from './publication/publication.ts';

/** What the next run would do. Nothing was written anywhere to find out. */
export interface PreviewView {
  /** ISO 8601. */
  readonly at: string;
  /** The publication in force then; absent if none was ever accepted. */
  readonly publication?: Publication;
  /** The decisions that would be recorded; none for the next run as things stand. */
  readonly decisions: readonly PreviewedDecision[];
  readonly targets: readonly TargetPreview[];
  readonly sums: ChangeSums;
  /** What the decisions change in all targets; absent without one. */
  readonly because?: ChangedSums;
}

/** A decision that was not recorded, and what it means. */
export interface PreviewedDecision {
  readonly kind: Decision['kind'];
  /** One sentence: what is decided about what. */
  readonly text: string;
  /** Of an answer: what would end the hold without it. */
  readonly otherwise?: string;
  /** Of an answer or an approval that takes ranges out: what the publication in force says of them. */
  readonly risks?: readonly RemovalRisk[];
  /** How many people must decide the same before it counts; absent: one. The preview is of what happens then. */
  readonly needs?: number;
}

/** One target, with what the decision changes for it. */
export interface TargetPreview extends ProposedChange {
  /** Why it could not be read or planned: nothing is written to it; the rest is empty then. */
  readonly failed?: string;
  /** Ranges whose fate the decision changes; all others would fare the same without it. Absent without a decision. */
  readonly because?: readonly Difference[];
}
