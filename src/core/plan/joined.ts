import { type AttributedRange, causedInside, causedOutside, unionOf } from './causes.ts';
import { type Entries, isNone, textsOf } from './entries.ts';
import type { Fit } from './fit.ts';
import type { Plan } from './plan-types.ts';

/** What is beyond the list because prefixes are joined has that for its cause, and no clock keeps it. */
export function separateAggregated(caused: readonly AttributedRange[], overGrant: Entries): AttributedRange[] {
  const [drifts, rest] = [caused.filter(isDrift), caused.filter((one) => !isDrift(one))];
  const joined = unionOf(causedInside(rest, overGrant));
  return [
    ...drifts,
    ...causedOutside(rest, overGrant),
    ...(isNone(joined) ? [] : [{ cause: { kind: 'joined' as const }, entries: joined }]),
  ];
}

function isDrift({ cause }: AttributedRange): boolean {
  return cause.kind === 'drift';
}

/** What a plan says of joining: what goes in beyond the list, and what it would take to fit. */
export function overGrantOf(overGrant: Entries, offer: Fit['offer']): Pick<Plan, 'overGrant' | 'wouldFit'> {
  const beyond = offer.flatMap((one) => one.overGrant.toPrefixes());
  return {
    ...(isNone(overGrant) ? {} : { overGrant: textsOf(overGrant) }),
    ...(offer.length > 0 ? { wouldFit: { entries: offer.flatMap((one) => one.entries), overGrant: beyond } } : {}),
  };
}
