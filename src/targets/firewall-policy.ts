import * as z from 'zod';
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
  placeInPolicy,
  policyGroupFields,
  policyGroupId,
  policyGroupLimit,
  policyGroupReads,
  policyGroupRights,
  policyId,
  rulesWrittenWhole,
} from '../azure/scope-schema.ts';
import { families } from '../core/address/family.ts';
import type { TargetDefinition } from '../ports/target.ts';

const schema = z.strictObject({
  ...policyGroupFields,
  ...networkRuleFields,
  dualStack: z
    .boolean()
    .default(false)
    .describe(
      'Every firewall of the policy is a dual-stack one (preview): IPv6 goes into a second rule, named with -ipv6. On any other firewall an IPv6 rule makes the firewall fail.',
    ),
  maxCombinations: maxCombinationsField,
});

type FirewallPolicyConfig = z.output<typeof schema>;

export const firewallPolicy: TargetDefinition<FirewallPolicyConfig> = {
  kind: 'firewall-policy',
  summary:
    "Destinations of one network rule in a firewall policy's rule collection group; the rule is created if missing.",
  schema,
  direction: 'egress',
  families,
  rights: policyGroupRights,
  reads: policyGroupReads,
  limits: [combinationsLimit, policyGroupLimit],
  cautions: rulesWrittenWhole,
  writtenWhole: (config) => [policyGroupId(config)],
  failureStopsLane: true,
  place: placeInPolicy,
  resource: policyId,
  lane: laneOfFirewall,
  layout: addressRuleLayout,
  uncreatable: ({ sources }, wanted) => counterpartsMissing(['sources'], sources, wanted),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm/arm-client.ts');
    const { policyRuleCollections } = await import('../azure/firewall/rule-collection.ts');
    const { RuleTarget } = await import('../azure/firewall/rule-target.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    const book = policyRuleCollections(arm, config);
    return new RuleTarget(addressRule(config, book), context, arm, book);
  },
};
