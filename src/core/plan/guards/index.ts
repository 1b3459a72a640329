import type { PartGuard, TargetGuard } from './guard.ts';
import { capacity, emptyList, noPublication, unknownTag } from './list.ts';
import { firstContact, foreignMark, liveProblem, stillFailed } from './live.ts';
import { configGrowth, largeRemoval } from './size.ts';

/** Any of these stops every write to the target. */
export const targetGuards: readonly TargetGuard[] = [
  noPublication,
  unknownTag,
  emptyList,
  liveProblem,
  stillFailed,
  foreignMark,
  firstContact,
  capacity,
];

/** These stop the additions, and never the removals. */
export const additionGuards: readonly PartGuard[] = [configGrowth];

/** These stop the removals, and never the additions. */
export const removalGuards: readonly PartGuard[] = [largeRemoval];
