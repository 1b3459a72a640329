import { z } from 'zod';
import { addressRule, addressRuleLayout } from '../azure/address-rule.ts';
import { laneOfFirewall } from '../azure/firewall-lane.ts';
import { COMBINATIONS_PER_FIREWALL, networkRuleFields } from '../azure/network-rule.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { families } from '../core/address/family.ts';
import type { TargetDefinition } from '../ports/target.ts';

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  policy: networkNameField('the name of a firewall policy', 80).describe('Name of the firewall policy. It must exist.'),
  ruleCollectionGroup: networkNameField('the name of a rule collection group', 80).describe(
    'Name of the rule collection group. It must exist; it is written whole, with everything else in it kept.',
  ),
  ...networkRuleFields,
  dualStack: z
    .boolean()
    .default(false)
    .describe(
      'Every firewall of the policy is a dual-stack one (preview): IPv6 goes into a second rule, named with -ipv6. On any other firewall an IPv6 rule makes the firewall fail.',
    ),
  maxCombinations: z
    .int()
    .min(1)
    .default(COMBINATIONS_PER_FIREWALL)
    .describe(
      "Combinations of protocols x sources x destinations x ports / 14 that the list may take up. Azure's limit is 20,000 for all rules of a firewall together.",
    ),
});

export type FirewallPolicyConfig = z.output<typeof schema>;

export const firewallPolicy: TargetDefinition<FirewallPolicyConfig> = {
  kind: 'firewall-policy',
  summary:
    "Destinations of one network rule in a firewall policy's rule collection group; the rule is created if missing.",
  schema,
  direction: 'egress',
  families,
  rights: [
    'Microsoft.Network/firewallPolicies/read',
    'Microsoft.Network/firewallPolicies/ruleCollectionGroups/read',
    'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write',
    'Microsoft.Network/azureFirewalls/read',
    'Microsoft.Authorization/locks/read',
    'Microsoft.Authorization/denyAssignments/read',
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  limits: [
    { name: 'combinations a firewall', value: COMBINATIONS_PER_FIREWALL, source: 'Azure Firewall limits' },
    { name: 'rule collection groups a policy', value: 90, source: 'Azure Firewall limits' },
  ],
  failureStopsLane: true,
  place: (config) =>
    `${config.subscriptionId}/${config.resourceGroup}/firewallPolicies/${config.policy}/${config.ruleCollectionGroup}/${config.collection}`,
  lane: laneOfFirewall,
  layout: addressRuleLayout,
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm-client.ts');
    const { policyRuleBook } = await import('../azure/rule-book.ts');
    const { RuleTarget } = await import('../azure/rule-target.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    const book = policyRuleBook(arm, config);
    return new RuleTarget(addressRule(config, book), context, arm, book);
  },
};
