import type { TargetDefinition } from '../../../src/ports/target.ts';
import { ipGroup } from '../../../src/targets/ip-group.ts';
import type { ArmFixture } from '../target/fixture.ts';
import { armFixture, PREFIXES, RESOURCE_GROUP, SUBSCRIPTION } from './arm-fixture.ts';
import {
  brokenFirewall,
  brokenPolicy,
  classicFirewall,
  FIREWALL,
  firewallWith,
  policyWithRules,
  RULE,
  rulePlaces,
} from './rules.ts';

const scope = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}`;
export const GROUP_CONFIG = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: RESOURCE_GROUP,
  name: 'acr',
  location: 'westus',
};

export const idOfGroup = (key: string) => `${scope}/providers/Microsoft.Network/ipGroups/${key}`;

export function group(ipAddresses: readonly string[], mark?: string, more: object = {}) {
  const tags = { team: 'net', ...(mark === undefined ? {} : { 'service-tag-sync': mark }) };
  return { location: 'westus', tags, properties: { ipAddresses, ...more } };
}

export const ipGroupFixture: ArmFixture = armFixture({
  definition: ipGroup as unknown as TargetDefinition,
  config: GROUP_CONFIG,
  surroundings: { [scope]: { location: 'westus' } },
  family: 'ipv4',
  idOf: idOfGroup,
  seed: group,
  changeTo: (ipAddresses) => ({ properties: { ipAddresses } }),
  entriesIn: (raw) => (raw as { properties: { ipAddresses: readonly string[] } }).properties.ipAddresses,
  entries: PREFIXES,
  tight: { entriesPerGroup: 1, maxGroups: 2 },
  repair: `az network ip-group update --name acr-1 --resource-group ${RESOURCE_GROUP} --subscription ${SUBSCRIPTION}`,
  broken: [
    {
      seed: {
        [FIREWALL]: {
          location: 'westus',
          properties: {
            ...firewallWith({ name: RULE, destinationIpGroups: [idOfGroup('acr-1')] }).properties,
            provisioningState: 'Failed',
          },
        },
      },
      code: 'firewall-failed',
    },
  ],
  unitPath: '/ipGroups/acr-1',
});

/** The same, with the rule of a policy that names the groups. */
export const ruledIpGroupFixture: ArmFixture = armFixture({
  ...ipGroupFixture,
  config: { ...GROUP_CONFIG, rule: { ...rulePlaces.policy } },
  surroundings: { ...ipGroupFixture.surroundings, ...policyWithRules() },
  broken: brokenPolicy,
});

/** The same, with the rule of a classic firewall that names the groups. */
export const classicIpGroupFixture: ArmFixture = armFixture({
  ...ipGroupFixture,
  config: { ...GROUP_CONFIG, rule: { ...rulePlaces.classic } },
  surroundings: { ...ipGroupFixture.surroundings, ...classicFirewall() },
  broken: brokenFirewall,
});
