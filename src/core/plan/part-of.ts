import { createHash } from 'node:crypto';
import { byFamily } from '../address/family.ts';
import { type AttributedRange, stepsOf, unionOf } from './causes.ts';
import { textsOf } from './entries.ts';
import type { Direction, PlanPart, Verdict } from './plan-types.ts';

/** Ranges of one direction and verdict as a part of a plan; undefined if there are none. */
export function partOf(
  target: string,
  direction: Direction,
  caused: readonly AttributedRange[],
  verdict: Verdict,
): PlanPart | undefined {
  const steps = stepsOf(caused);
  if (steps.length === 0) return undefined;
  const all = unionOf(caused);
  return {
    id: partId(target, direction, textsOf(all)),
    direction,
    steps,
    addresses: byFamily((f) => all[f].count.toString()),
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
