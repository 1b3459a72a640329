import { isEmpty, prefixesOf, type Sets } from '../address/sets.ts';
import type { Caused } from './causes.ts';
import type { Fit } from './fit.ts';
import type { Plan } from './plan-types.ts';
import { unionOf, within, without } from './sift.ts';

/** What is beyond the list because prefixes are joined has that for its cause, and no clock keeps it. */
export function joinedApart(caused: readonly Caused[], overGrant: Sets): Caused[] {
  const [drifts, rest] = [caused.filter(isDrift), caused.filter((one) => !isDrift(one))];
  const prefixes = unionOf(within(rest, overGrant));
  const joined = isEmpty(prefixes) ? [] : [{ cause: { kind: 'joined' as const }, prefixes }];
  return [...drifts, ...without(rest, overGrant), ...joined];
}

function isDrift({ cause }: Caused): boolean {
  return cause.kind === 'drift';
}

/** What a plan says of joining: what goes in beyond the list, and what it would take to fit. */
export function overGrantOf({ overGrant, offer }: Fit): Pick<Plan, 'overGrant' | 'wouldFit'> {
  const over = prefixesOf(overGrant);
  const beyond = offer.flatMap((one) => one.overGrant.toPrefixes());
  return {
    ...(over.length > 0 ? { overGrant: over } : {}),
    ...(offer.length > 0 ? { wouldFit: { entries: offer.flatMap(({ entries }) => entries), overGrant: beyond } } : {}),
  };
}
