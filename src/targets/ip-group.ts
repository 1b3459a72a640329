import { createHash } from 'node:crypto';
import { resourceId } from '../azure/arm/resource-id.ts';
import { firewallUpdateRights } from '../azure/arm-actions.ts';
import { counterpartsMissing } from '../azure/firewall/rule-parts.ts';
import { policyGroupId } from '../azure/scope-schema.ts';
import { type Layout, limitBy } from '../core/plan/live.ts';
import type { ResourceGroup, TargetDefinition } from '../ports/target.ts';
import { GroupRule, type GroupRuleConfig, laneOfRule, placeOfRule } from './ip-group-rule.ts';
import {
  ENTRIES_PER_GROUP,
  GROUPS_AT_ONCE,
  GROUPS_PER_CLASSIC_FIREWALL,
  GROUPS_PER_POLICY,
  type IpGroupConfig,
  ipGroupSchema,
} from './ip-group-schema.ts';

/** To look at a firewall before writing what reaches it. */
const firewallStateRights = [
  'Microsoft.Network/azureFirewalls/read',
  'Microsoft.Authorization/locks/read',
  'Microsoft.Authorization/denyAssignments/read',
];

export const ipGroup: TargetDefinition<IpGroupConfig> = {
  kind: 'ip-group',
  summary:
    'IP groups, used by rules of Azure Firewall and firewall policies; created if missing, numbered as they fill.',
  schema: ipGroupSchema,
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
      rights: ['Microsoft.Network/ipGroups/delete', ...firewallUpdateRights, ...firewallStateRights],
      reads: ['Microsoft.Network/azureFirewalls/read'],
      at: (config) => (config.rule?.firewall === undefined ? [] : groupsOfRule(config, config.rule)),
    },
  ],
  limits: [
    { name: 'entries a group', value: ENTRIES_PER_GROUP, source: 'Azure Firewall limits', setting: 'entriesPerGroup' },
    {
      name: 'groups a firewall policy',
      value: GROUPS_PER_POLICY,
      source: 'Azure Firewall limits',
      setting: 'maxGroups',
    },
    {
      name: 'groups written at the same time',
      value: GROUPS_AT_ONCE,
      source: 'IP Groups in Azure Firewall',
      setting: 'parallel',
    },
    {
      name: 'groups a classic firewall',
      value: GROUPS_PER_CLASSIC_FIREWALL,
      source: 'Azure Firewall limits',
      setting: 'maxGroups',
    },
  ],
  cautions: [
    'A group is written whole, and Azure documents no condition for it: each write is made on a reading right before it and refused while another operation is under way. An entry that others add or remove between that reading and the write is lost or undone.',
  ],
  writtenWhole: (config) => (config.rule === undefined ? [] : [wholeOfRule(config, config.rule)]),
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/ipGroups`,
  resource: (config) => resourceId(config, `Microsoft.Network/ipGroups/${config.name}-1`),
  failureStopsLane: true,
  lane: (config) =>
    hasSlots(config) ? `${wholeLane(config)}:slot-${slotOf(config.name, config.parallel)}` : wholeLane(config),
  sharedLane: (config) => (hasSlots(config) ? wholeLane(config) : undefined),
  layout: (config): Layout => ({
    families: ['ipv4'],
    entriesPerUnit: config.entriesPerGroup ?? ENTRIES_PER_GROUP,
    limit: limitBy(config.entriesPerGroup),
    maxUnits: config.maxGroups,
    settings: { perUnit: 'entriesPerGroup', units: 'maxGroups' },
    unitKey: (_, index) => `${config.name}-${index + 1}`,
    // Several regions refuse an empty group, and where one is accepted, rules that use it are skipped.
    whenEmpty: config.rule === undefined ? 'refill' : 'delete',
  }),
  uncreatable: ({ rule }, wanted) =>
    rule === undefined ? [] : counterpartsMissing(['rule', 'sources'], rule.sources, wanted),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm/arm-client.ts');
    const { IpGroupTarget } = await import('./ip-group-target.ts');
    const { classicRuleCollections, policyRuleCollections } = await import('../azure/firewall/rule-collection.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    if (config.rule === undefined) return new IpGroupTarget(config, context, arm, undefined);
    const { policy, ruleCollectionGroup = '', firewall = '' } = config.rule;
    const place = placeOfRule(config.rule, config);
    const { subscriptionId } = place;
    // The rule may be in another subscription than the groups: the hub's, say.
    const there = subscriptionId === config.subscriptionId ? arm : await ArmClient.open({ ...context, subscriptionId });
    const book =
      policy === undefined
        ? classicRuleCollections(there, { ...place, firewall })
        : policyRuleCollections(there, { ...place, policy, ruleCollectionGroup });
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

/** The rule collection group or the firewall that has the rule. */
function wholeOfRule(config: IpGroupConfig, rule: GroupRuleConfig): string {
  const place = placeOfRule(rule, config);
  const { policy, ruleCollectionGroup = '', firewall = '' } = rule;
  if (policy !== undefined) return policyGroupId({ ...place, policy, ruleCollectionGroup });
  return resourceId(place, `Microsoft.Network/azureFirewalls/${firewall}`);
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
