import * as z from 'zod';
import { nameRule } from '../azure/firewall/name-rule.ts';
import { sourcesField } from '../azure/firewall/rule-fields.ts';
import {
  laneOfFirewall,
  networkNameField,
  placeInPolicy,
  policyGroupFields,
  policyGroupId,
  policyGroupLimit,
  policyGroupReads,
  policyGroupRights,
  policyId,
  rulesWrittenWhole,
} from '../azure/scope-schema.ts';
import type { TargetDefinition } from '../ports/target.ts';

const schema = z.strictObject({
  ...policyGroupFields,
  collection: z
    .string()
    .min(1)
    .describe('Name of the collection of application rules. It must exist, with the action Allow.'),
  rule: networkNameField('the name of an application rule', 80).describe(
    'Name of the application rule; it is created if missing.',
  ),
  sources: sourcesField().default(['*']).describe('Source addresses of the rule, when it is created.'),
  besides: z
    .array(z.string())
    .default([])
    .describe(
      'Ids of targets of addresses whose clients are under this rule too: they are ready for dedicated data endpoints when this one is.',
    ),
});

type FirewallPolicyFqdnConfig = z.output<typeof schema>;

export const firewallPolicyFqdn: TargetDefinition<FirewallPolicyFqdnConfig> = {
  kind: 'firewall-policy-fqdn',
  summary:
    "Host names of one application rule in a firewall policy's rule collection group: the names of the list's registries and its `names`.",
  schema,
  direction: 'egress',
  families: [],
  holds: 'names',
  rights: policyGroupRights,
  reads: policyGroupReads,
  limits: [policyGroupLimit],
  cautions: rulesWrittenWhole,
  writtenWhole: (config) => [policyGroupId(config)],
  failureStopsLane: true,
  place: placeInPolicy,
  resource: policyId,
  lane: laneOfFirewall,
  layout: (config) => ({
    // A unit has a family; names have none and use this one.
    families: ['ipv4'],
    // What counts is the size of the group, 2 MB, which other rules fill as well: Azure says when it is too large.
    entriesPerUnit: Number.MAX_SAFE_INTEGER,
    maxUnits: 1,
    unitKey: () => config.rule,
    whenEmpty: 'refill',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm/arm-client.ts');
    const { policyRuleCollections } = await import('../azure/firewall/rule-collection.ts');
    const { RuleTarget } = await import('../azure/firewall/rule-target.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    return new RuleTarget(nameRule(config), context, arm, policyRuleCollections(arm, config));
  },
};
