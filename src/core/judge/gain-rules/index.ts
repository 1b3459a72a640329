import { broadPrefix } from './broad-prefix.ts';
import type { GainRule } from './gain.ts';
import { otherRegion } from './other-region.ts';
import { otherService } from './other-service.ts';
import { outsideParents } from './outside-parents.ts';
import { reservedRange } from './reserved-range.ts';
import { suddenGrowth } from './sudden-growth.ts';

/** In the order in which their reasons are told. */
export const gainRules: readonly GainRule[] = [
  reservedRange,
  broadPrefix,
  suddenGrowth,
  outsideParents,
  otherRegion,
  otherService,
];

/** Rules whose doubt a later file can settle by itself: what it puts into the right place was right. */
export const settledByFiles: ReadonlySet<string> = new Set(['outside-parents', 'other-region']);
