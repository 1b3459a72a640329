import { capacity } from './capacity.ts';
import { emptyList, noPublication, unknownTag } from './empty.ts';
import { stillFailed } from './failed.ts';
import { configGrowth } from './growth.ts';
import type { PartGuard, TargetGuard } from './guard.ts';
import { firstContact, foreignMark } from './ownership.ts';
import { liveProblem } from './problems.ts';
import { largeRemoval } from './shrink.ts';

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
