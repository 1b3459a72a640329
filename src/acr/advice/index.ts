import type { Advice, AdviceInput, AdviceRule } from './advice.ts';
import { dataEndpointAddresses, dataEndpointsOff, storageNoLongerNeeded } from './data-endpoints.ts';
import { hostedAgents, mcrFrontDoor, nativeTag, replicaWithoutList } from './list-tags.ts';
import { ipRulesLimit, noEffect, privateLink, publicAccess, tier, trustedServices } from './registry-access.ts';

/** Every rule of advice, one line each. */
const rules: readonly AdviceRule[] = [
  replicaWithoutList,
  noEffect,
  hostedAgents,
  mcrFrontDoor,
  ipRulesLimit,
  storageNoLongerNeeded,
  dataEndpointsOff,
  dataEndpointAddresses,
  tier,
  publicAccess,
  privateLink,
  nativeTag,
  trustedServices,
];

/** All advice, in a fixed order: the same input gives the same advice. */
export function advise(input: AdviceInput): Advice[] {
  return rules.flatMap((rule) => [...rule(input)]);
}
