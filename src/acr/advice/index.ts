import type { Advice, AdviceInput, AdviceRule } from './advice.ts';
import { dataEndpointAddresses } from './data-endpoint-addresses.ts';
import { dataEndpointsOff } from './data-endpoints-off.ts';
import { hostedAgents } from './hosted-agents.ts';
import { ipRulesLimit } from './ip-rules-limit.ts';
import { mcrFrontDoor } from './mcr-front-door.ts';
import { nativeTag } from './native-tag.ts';
import { noEffect } from './no-effect.ts';
import { privateLink } from './private-link.ts';
import { publicAccess } from './public-access.ts';
import { replicaWithoutList } from './replica-without-list.ts';
import { storageNoLongerNeeded } from './storage-no-longer-needed.ts';
import { tier } from './tier.ts';
import { trustedServices } from './trusted-services.ts';

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
