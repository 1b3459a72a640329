import { emptySets, intersect, isEmpty, type Sets, subtract, union } from '../address/sets.ts';
import { type Parents, within } from '../publication/parents.ts';
import type { Absence, Absences } from './ledger.ts';

interface Moment {
  /** ISO 8601. */
  readonly now: string;
  /** `Ledger.count`, with this publication. */
  readonly count: number;
}

/**
 * Since when held ranges are in no parent, and since when not in AzureCloud of the region: as far as they were not before,
 * since this publication. What a parent takes in again begins anew when it drops it.
 * @param regionTells false where AzureCloud of the region cannot be believed: then nothing counts as absent from it.
 */
export function followAbsences(
  before: Absences | undefined,
  held: Sets,
  parents: Parents,
  regionTells: boolean,
  moment: Moment,
): Absences | undefined {
  if (isEmpty(held)) return undefined;
  const outsideRegion = regionTells ? subtract(held, within(held, parents.region)) : emptySets;
  const outsideBoth = subtract(outsideRegion, within(held, parents.global));
  return {
    region: follow(before?.region ?? [], outsideRegion, moment),
    parents: follow(before?.parents ?? [], outsideBoth, moment),
  };
}

/** Where held ranges are, as far as their absences tell, and since when (ISO 8601) the first of them are in no parent. */
export interface Whereabouts {
  /** In AzureCloud of the region. */
  readonly region: Sets;
  /** In the global tag alone. */
  readonly global: Sets;
  readonly neither: Sets;
  readonly neitherSince?: string;
}

export function whereaboutsOf(held: Sets, absences: Absences): Whereabouts {
  const all = (some: readonly Absence[]) => union(some.map(({ prefixes }) => prefixes));
  const outsideRegion = intersect(held, all(absences.region));
  const neither = intersect(outsideRegion, all(absences.parents));
  const first = absences.parents.find(({ prefixes }) => !isEmpty(intersect(prefixes, neither)));
  return {
    region: subtract(held, outsideRegion),
    global: subtract(outsideRegion, neither),
    neither,
    ...(first ? { neitherSince: first.at } : {}),
  };
}

function follow(before: readonly Absence[], outside: Sets, { now, count }: Moment): readonly Absence[] {
  const known = union(before.map(({ prefixes }) => prefixes));
  return [...before, { at: now, count, prefixes: subtract(outside, known) }]
    .map((one) => ({ ...one, prefixes: intersect(one.prefixes, outside) }))
    .filter(({ prefixes }) => !isEmpty(prefixes));
}
