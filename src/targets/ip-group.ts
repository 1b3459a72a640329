import { createHash } from 'node:crypto';
import { z } from 'zod';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import type { Layout } from '../core/plan/live.ts';
import type { ResourceGroup, TargetDefinition } from '../ports/target.ts';
import { GroupRule, type GroupRuleConfig, groupRuleSchema, laneOfRule, placeOfRule } from './ip-group-rule.ts';

/** Source: Azure Firewall limits and "IP Groups in Azure Firewall", learn.microsoft.com. */
const ENTRIES_PER_GROUP = 5_000;
const GROUPS_PER_CLASSIC_FIREWALL = 50;
const GROUPS_PER_POLICY = 600;
const GROUPS_AT_ONCE = 20;

/** To look at a firewall before writing what reaches it. */
const firewallStateRights = [
  'Microsoft.Network/azureFirewalls/read',
  'Microsoft.Authorization/locks/read',
  'Microsoft.Authorization/denyAssignments/read',
];

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  name: networkNameField('the beginning of an IP group name', 76).describe(
    'Beginning of the groups\' names: "acr" makes acr-1, acr-2 and so on, as many as the list needs.',
  ),
  location: z
    .string()
    .regex(/^[a-z0-9]+$/, 'an Azure region as ARM spells it, such as westus')
    .describe('Region in which groups are created, such as "westus".'),
  maxGroups: z
    .int()
    .min(1)
    .max(GROUPS_PER_POLICY)
    .default(GROUPS_PER_CLASSIC_FIREWALL)
    .describe('Most groups the list may grow to. A classic firewall takes 50 in all, a firewall policy 600.'),
  entriesPerGroup: z
    .int()
    .min(1)
    .default(ENTRIES_PER_GROUP)
    .describe("Entries a group may hold. Azure's limit is 5,000."),
  rule: groupRuleSchema
    .exactOptional()
    .describe(
      'The network rule through which the firewall uses the groups. It is created if missing and always names all of them; a group that is needed no more is taken out of it and deleted. Without this the rules are yours: name every group in them.',
    ),
  parallel: z
    .int()
    .min(1)
    .max(GROUPS_AT_ONCE)
    .default(1)
    .describe(
      'How many targets of one lane may be written at the same time, each in a slot of its own; a write that fails in one stops all of them. Give all targets of a firewall the same number. Of no effect together with `rule`: a policy takes one rule change at a time.',
    ),
  lane: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Targets with the same lane are never written at the same time. Default: the firewall or policy of `rule`, or the resource group. Each write makes every firewall that uses the group reprogram, so groups used by one firewall should share a lane.',
    ),
});

export type IpGroupConfig = z.output<typeof schema>;

export const ipGroup: TargetDefinition<IpGroupConfig> = {
  kind: 'ip-group',
  summary:
    'IP groups, used by rules of Azure Firewall and firewall policies; created if missing, numbered as they fill.',
  schema,
  direction: 'egress',
  families: ['ipv4'],
  rights: [
    'Microsoft.Network/ipGroups/read',
    'Microsoft.Network/ipGroups/write',
    'Microsoft.Network/firewallPolicies/read',
    ...firewallStateRights,
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  reads: ['Microsoft.Network/ipGroups/read'],
  moreRights: [
    {
      when: '`rule` names a firewall policy',
      rights: [
        'Microsoft.Network/ipGroups/delete',
        'Microsoft.Network/ipGroups/join/action',
        'Microsoft.Network/firewallPolicies/read',
        'Microsoft.Network/firewallPolicies/ruleCollectionGroups/read',
        'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write',
        ...firewallStateRights,
      ],
      reads: ['Microsoft.Network/firewallPolicies/ruleCollectionGroups/read'],
      at: (config) => (config.rule?.policy === undefined ? [] : groupsOfRule(config, config.rule)),
    },
    {
      when: '`rule` names a classic firewall',
      rights: [
        'Microsoft.Network/ipGroups/delete',
        'Microsoft.Network/ipGroups/join/action',
        'Microsoft.Network/azureFirewalls/write',
        ...firewallStateRights,
      ],
      reads: ['Microsoft.Network/azureFirewalls/read'],
      at: (config) => (config.rule?.firewall === undefined ? [] : groupsOfRule(config, config.rule)),
    },
  ],
  limits: [
    { name: 'entries a group', value: ENTRIES_PER_GROUP, source: 'Azure Firewall limits' },
    { name: 'groups a firewall policy', value: GROUPS_PER_POLICY, source: 'Azure Firewall limits' },
    { name: 'groups written at the same time', value: GROUPS_AT_ONCE, source: 'IP Groups in Azure Firewall' },
    { name: 'groups a classic firewall', value: GROUPS_PER_CLASSIC_FIREWALL, source: 'Azure Firewall limits' },
  ],
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/ipGroups`,
  failureStopsLane: true,
  lane: (config) =>
    hasSlots(config) ? `${wholeLane(config)}:slot-${slotOf(config.name, config.parallel)}` : wholeLane(config),
  sharedLane: (config) => (hasSlots(config) ? wholeLane(config) : undefined),
  layout: (config): Layout => ({
    families: ['ipv4'],
    entriesPerUnit: config.entriesPerGroup,
    maxUnits: config.maxGroups,
    unitKey: (_, index) => `${config.name}-${index + 1}`,
    // Several regions refuse an empty group, and where one is accepted, rules that use it are skipped.
    whenEmpty: config.rule === undefined ? 'refill' : 'delete',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm-client.ts');
    const { IpGroupTarget } = await import('./ip-group-target.ts');
    const { classicRuleBook, policyRuleBook } = await import('../azure/rule-book.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    if (config.rule === undefined) return new IpGroupTarget(config, context, arm, undefined);
    const { policy, ruleCollectionGroup = '', firewall = '' } = config.rule;
    const place = placeOfRule(config.rule, config);
    const { subscriptionId } = place;
    // The rule may be in another subscription than the groups: the hub's, say.
    const there = subscriptionId === config.subscriptionId ? arm : await ArmClient.open({ ...context, subscriptionId });
    const book =
      policy === undefined
        ? classicRuleBook(there, { ...place, firewall })
        : policyRuleBook(there, { ...place, policy, ruleCollectionGroup });
    return new IpGroupTarget(config, context, arm, {
      rule: new GroupRule(config.rule, context.mark, book),
      arm: there,
    });
  },
};

/** Where the IP groups lie, and where the rule does that names them. */
function groupsOfRule({ subscriptionId, resourceGroup }: IpGroupConfig, rule: GroupRuleConfig): ResourceGroup[] {
  const groups = { subscriptionId, resourceGroup };
  const own = placeOfRule(rule, groups);
  const same = JSON.stringify(own).toLowerCase() === JSON.stringify(groups).toLowerCase();
  return same ? [groups] : [groups, own];
}

/** A policy takes one rule change at a time. */
function hasSlots({ rule, parallel }: IpGroupConfig): boolean {
  return rule === undefined && parallel > 1;
}

function wholeLane({ rule, lane, subscriptionId, resourceGroup }: IpGroupConfig): string {
  if (lane !== undefined) return `ip-group:${lane}`;
  return rule === undefined
    ? `ip-group:${subscriptionId}:${resourceGroup}`.toLowerCase()
    : laneOfRule(rule, { subscriptionId, resourceGroup });
}

/** The same slot for the same name in every run: each slot is a lane, and so a lease. */
function slotOf(name: string, slots: number): number {
  return (createHash('sha256').update(name.toLowerCase()).digest().readUInt32BE(0) % slots) + 1;
}
