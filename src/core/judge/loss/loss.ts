import type { Sets } from '../../address/sets.ts';
import type { Reason } from '../../reason.ts';
import type { TagPolicy } from '../policy.ts';

/** One tag's loss in one publication, as the rules see it. */
interface Loss {
  readonly tag: string;
  /** True if the publication no longer has the tag at all. */
  readonly vanished: boolean;
  /** The effective list before the publication. */
  readonly before: Sets;
  /** Published prefixes before, of both families. */
  readonly prefixesBefore: number;
  readonly lost: Sets;
  /** How many of the published prefixes lost addresses. */
  readonly prefixesLost: number;
  /** Families the tag had and has no more. */
  readonly familiesGone: readonly ('ipv4' | 'ipv6')[];
}

/** A rule that says why only a person may release a loss; undefined if it has no objection. */
export type LossRule = (loss: Loss, policy: TagPolicy) => Reason | undefined;

export const answerLoss =
  'answer remove, keep until a date, or keep for good; without an answer everything stays allowed';
