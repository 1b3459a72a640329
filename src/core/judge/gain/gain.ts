import type { Sets } from '../../address/sets.ts';
import type { Reason } from '../../reason.ts';
import type { TagPolicy } from '../policy.ts';

/** One tag's gain in one publication, as the rules see it. */
interface Gain {
  readonly tag: string;
  /** The effective list before; undefined for a tag that was never seen: nothing to compare its size with. */
  readonly before: Sets | undefined;
  readonly gained: Sets;
  /** What the other regional tags of the service hold in the same publication; empty for a global tag. */
  readonly otherRegions: readonly { readonly tag: string; readonly prefixes: Sets }[];
}

/** Why a part of a gain is suspicious, and which part. */
interface Suspicion {
  readonly reason: Reason;
  readonly ranges: Sets;
}

/** A rule that finds the suspicious part of a gain; undefined if there is none. */
export type GainRule = (gain: Gain, policy: TagPolicy) => Suspicion | undefined;

export const answerGain =
  "compare with the file on Microsoft's download page, then answer keep to let it in or remove to keep it out; it ends by itself when the ranges are published no more";
