import { z } from 'zod';
import { laneOfFirewall } from '../azure/firewall-lane.ts';
import { nameRule } from '../azure/name-rule.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import type { TargetDefinition } from '../ports/target.ts';

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  policy: networkNameField('the name of a firewall policy', 80).describe('Name of the firewall policy. It must exist.'),
  ruleCollectionGroup: networkNameField('the name of a rule collection group', 80).describe(
    'Name of the rule collection group. It must exist; it is written whole, with everything else in it kept.',
  ),
  collection: z
    .string()
    .min(1)
    .describe('Name of the collection of application rules. It must exist, with the action Allow.'),
  rule: networkNameField('the name of an application rule', 80).describe(
    'Name of the application rule; it is created if missing.',
  ),
  sources: z
    .array(z.string().min(1))
    .min(1)
    .default(['*'])
    .describe('Source addresses of the rule, when it is created.'),
  besides: z
    .array(z.string())
    .default([])
    .describe(
      'Ids of targets of addresses whose clients are under this rule too: they are ready for dedicated data endpoints when this one is.',
    ),
});

export type FirewallPolicyFqdnConfig = z.output<typeof schema>;

export const firewallPolicyFqdn: TargetDefinition<FirewallPolicyFqdnConfig> = {
  kind: 'firewall-policy-fqdn',
  summary:
    "Host names of one application rule in a firewall policy's rule collection group: the names of the list's registries and its `names`.",
  schema,
  direction: 'egress',
  families: [],
  holds: 'names',
  rights: [
    'Microsoft.Network/firewallPolicies/read',
    'Microsoft.Network/firewallPolicies/ruleCollectionGroups/read',
    'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write',
    'Microsoft.Network/azureFirewalls/read',
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  limits: [{ name: 'rule collection groups a policy', value: 90, source: 'Azure Firewall limits' }],
  failureStopsLane: true,
  place: (config) =>
    `${config.subscriptionId}/${config.resourceGroup}/firewallPolicies/${config.policy}/${config.ruleCollectionGroup}/${config.collection}`,
  lane: laneOfFirewall,
  layout: (config) => ({
    // A unit has a family; names have none, and this one stands for them.
    families: ['ipv4'],
    // What counts is the size of the group, 2 MB, which other rules fill as well: Azure says when it is too large.
    entriesPerUnit: Number.MAX_SAFE_INTEGER,
    maxUnits: 1,
    unitKey: () => config.rule,
    whenEmpty: 'refill',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm-client.ts');
    const { policyRuleBook } = await import('../azure/rule-book.ts');
    const { RuleTarget } = await import('../azure/rule-target.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    return new RuleTarget(nameRule(config), context, arm, policyRuleBook(arm, config));
  },
};
