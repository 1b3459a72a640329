import type { TargetDefinition } from '../../../src/ports/target.ts';
import { nsg } from '../../../src/targets/nsg.ts';
import type { ArmFixture } from '../target/fixture.ts';
import { armFixture, NETWORK, PREFIXES, RESOURCE_GROUP, SUBSCRIPTION } from './arm-fixture.ts';

export const NSG = `${NETWORK}/networkSecurityGroups/build`;
export const NSG_CONFIG = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: RESOURCE_GROUP,
  nsg: 'build',
  rule: 'acr',
  priority: 200,
};
export const idOfRule = (key: string) => `${NSG}/securityRules/${key}`;

const base = {
  protocol: 'Tcp',
  access: 'Allow',
  direction: 'Outbound',
  priority: 210,
  sourcePortRange: '*',
  destinationPortRange: '443',
  sourceAddressPrefix: '*',
};

export function securityRule(entries: readonly string[], mark?: string, more: object = {}) {
  const description = mark === undefined ? 'By hand.' : `By hand. [service-tag-sync=${mark}]`;
  return { properties: { ...base, description, destinationAddressPrefixes: entries, ...more } };
}

export const nsgFixture: ArmFixture = armFixture({
  definition: nsg as unknown as TargetDefinition,
  config: NSG_CONFIG,
  surroundings: { [NSG]: { location: 'westus', properties: {} } },
  family: 'ipv4',
  idOf: idOfRule,
  seed: securityRule,
  changeTo: (entries) => ({ properties: { destinationAddressPrefixes: entries } }),
  entriesIn: (raw) =>
    (raw as { properties: { destinationAddressPrefixes: readonly string[] } }).properties.destinationAddressPrefixes,
  entries: PREFIXES,
  tight: { maxAddresses: 2 },
  emptied: 'resource',
  repair: `az network nsg rule update --nsg-name build --name acr-ipv4 --resource-group ${RESOURCE_GROUP} --subscription ${SUBSCRIPTION}`,
  broken: [
    {
      seed: {
        [NSG]: {
          location: 'westus',
          properties: { provisioningState: 'Failed', securityRules: [{ name: 'acr-ipv4', ...securityRule(PREFIXES) }] },
        },
        [idOfRule('acr-ipv4')]: securityRule(PREFIXES),
      },
      code: 'nsg-failed',
    },
  ],
  unitPath: '/securityRules/acr-ipv4',
  lookPath: '/networkSecurityGroups/build',
});
