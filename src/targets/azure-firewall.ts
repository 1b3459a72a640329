import * as z from 'zod';
import { resourceId } from '../azure/arm/resource-id.ts';
import { firewallUpdateRights } from '../azure/arm-actions.ts';
import {
  addressRule,
  addressRuleLayout,
  combinationsLimit,
  maxCombinationsField,
} from '../azure/firewall/address-rule.ts';
import { networkRuleFields } from '../azure/firewall/network-rule.ts';
import { counterpartsMissing } from '../azure/firewall/rule-parts.ts';
import {
  laneOfFirewall,
  networkNameField,
  resourceGroupField,
  rulesWrittenWhole,
  subscriptionIdField,
} from '../azure/scope-schema.ts';
import type { TargetDefinition } from '../ports/target.ts';

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  firewall: networkNameField('the name of a firewall', 56).describe(
    'Name of the firewall, one with rules of its own and no policy. It must exist; it is written whole, with everything else in it kept.',
  ),
  ...networkRuleFields,
  maxCombinations: maxCombinationsField,
});

type AzureFirewallConfig = z.output<typeof schema>;

export const azureFirewall: TargetDefinition<AzureFirewallConfig> = {
  kind: 'azure-firewall',
  summary: 'Destinations of one network rule of a classic Azure Firewall; the rule is created if missing.',
  schema,
  direction: 'egress',
  families: ['ipv4'],
  rights: [
    'Microsoft.Network/azureFirewalls/read',
    ...firewallUpdateRights,
    'Microsoft.Authorization/locks/read',
    'Microsoft.Authorization/denyAssignments/read',
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  reads: ['Microsoft.Network/azureFirewalls/read'],
  limits: [combinationsLimit],
  cautions: rulesWrittenWhole,
  writtenWhole: (config) => [resourceId(config, `Microsoft.Network/azureFirewalls/${config.firewall}`)],
  failureStopsLane: true,
  place: (config) =>
    `${config.subscriptionId}/${config.resourceGroup}/azureFirewalls/${config.firewall}/${config.collection}`,
  resource: (config) => resourceId(config, `Microsoft.Network/azureFirewalls/${config.firewall}`),
  lane: laneOfFirewall,
  layout: addressRuleLayout,
  uncreatable: ({ sources }, wanted) => counterpartsMissing(['sources'], sources, wanted),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm/arm-client.ts');
    const { classicRuleCollections } = await import('../azure/firewall/rule-collection.ts');
    const { RuleTarget } = await import('../azure/firewall/rule-target.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    const book = classicRuleCollections(arm, config);
    return new RuleTarget(addressRule(config, book), context, arm, book);
  },
};
