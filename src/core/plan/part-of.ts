import { createHash } from 'node:crypto';
import { byFamily } from '../address/family.ts';
import { prefixesOf } from '../address/sets.ts';
import { type Caused, stepsOf } from './causes.ts';
import type { Direction, PlanPart, Verdict } from './plan-types.ts';
import { unionOf } from './sift.ts';

/** Ranges of one direction and verdict as a part of a plan; undefined if there are none. */
export function partOf(
  target: string,
  direction: Direction,
  caused: readonly Caused[],
  verdict: Verdict,
): PlanPart | undefined {
  const steps = stepsOf(caused);
  if (steps.length === 0) return undefined;
  const sets = unionOf(caused);
  return {
    id: partId(target, direction, prefixesOf(sets)),
    direction,
    steps,
    addresses: byFamily((f) => sets[f].count.toString()),
    verdict,
  };
}

/** The same for the same ranges, or names, of a target in every plan. */
export function partId(target: string, direction: Direction, ranges: readonly string[]): string {
  return createHash('sha256')
    .update(`${target}|${direction}|${ranges.join(',')}`)
    .digest('hex')
    .slice(0, 16);
}
