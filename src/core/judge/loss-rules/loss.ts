import { type ByFamily, byFamily, type Family, families } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import type { Sets } from '../../address/sets.ts';
import type { Reason } from '../../reason.ts';
import type { TagPolicy } from '../policy.ts';

/** One tag's loss in one publication, as the rules see it: of both families, or of one alone. */
export interface Loss {
  readonly tag: string;
  /** True if the publication no longer has the tag at all. */
  readonly vanished: boolean;
  /** The effective list before the publication. */
  readonly before: Sets;
  /** Published prefixes before. */
  readonly prefixesBefore: ByFamily<number>;
  readonly lost: Sets;
  /** How many of the published prefixes lost addresses. */
  readonly prefixesLost: ByFamily<number>;
  /** This loss, and what the clock alone kept or released of earlier ones within `lossWindowDays`. */
  readonly window: Sets;
  /** What the window took from: the effective list before, and what was released within it. */
  readonly windowBefore: Sets;
  /** Families the tag had and no longer has. */
  readonly familiesGone: readonly Family[];
}

/** A rule that says why only a person may release a loss; undefined if it has no objection. */
export type LossRule = (loss: Loss, policy: TagPolicy) => Reason | undefined;

export const answerLoss =
  'answer remove, keep until a date, or keep without an end; without an answer everything stays allowed, for as long as the parents of the tag do not lack it too';

/** The loss as somebody sees it who holds only some families of the tag. */
export function ofFamilies(loss: Loss, some: readonly Family[]): Loss {
  const only = (sets: Sets): Sets => byFamily((f) => (some.includes(f) ? sets[f] : PrefixSet.empty(f)));
  const counts = (numbers: ByFamily<number>): ByFamily<number> => byFamily((f) => (some.includes(f) ? numbers[f] : 0));
  return {
    ...loss,
    before: only(loss.before),
    prefixesBefore: counts(loss.prefixesBefore),
    lost: only(loss.lost),
    prefixesLost: counts(loss.prefixesLost),
    window: only(loss.window),
    windowBefore: only(loss.windowBefore),
    familiesGone: loss.familiesGone.filter((family) => some.includes(family)),
  };
}

/** Both families together, or the named ones. */
export function total(numbers: ByFamily<number>, some: readonly Family[] = families): number {
  return some.reduce((sum, family) => sum + numbers[family], 0);
}
