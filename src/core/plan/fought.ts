import { families } from '../address/family.ts';
import type { Sets } from '../address/sets.ts';
import type { Caused } from './causes.ts';
import { unionOf, within, without } from './sift.ts';

/** What somebody else changed since the target was last verified. */
export function driftIn(caused: readonly Caused[]): Sets {
  return unionOf(caused.filter(({ cause }) => cause.kind === 'drift'));
}

/** The same ranges, with those of one cause that are fought over apart from the rest. */
export function foughtApart(caused: readonly Caused[], stopped: Sets): Caused[] {
  return caused.flatMap((one) =>
    one.cause.kind === 'drift' ? [...without([one], stopped), ...within([one], stopped)] : [one],
  );
}

/** True if a range is drift that is repaired no more. */
export function isFought({ cause, prefixes }: Caused, stopped: Sets): boolean {
  return cause.kind === 'drift' && families.some((f) => prefixes[f].overlaps(stopped[f]));
}
