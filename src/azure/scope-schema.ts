import * as z from 'zod';
import { resourceId } from './arm/resource-id.ts';

/** Fields of a config that say where in Azure something lives. Messages say what was expected. */
export const subscriptionIdField = z
  .string()
  .regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'a subscription id such as 11111111-2222-3333-4444-555555555555',
  )
  .describe('Id of the subscription.');

export const resourceGroupField = z
  .string()
  .regex(
    /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
    'the name of a resource group: at most 90 letters, digits, _ ( ) . -, not ending in a dot',
  )
  .describe('Name of the resource group. It must exist.');

/** Name of a resource of Microsoft.Network, or its beginning: at most `most` characters. */
export function networkNameField(what: string, most: number) {
  return z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,${most - 2}}[A-Za-z0-9_])?$`),
      `${what}: at most ${most} letters, digits, _ . -, starting with a letter or digit, not ending in . or -`,
    );
}

/** Fields of a config that name a rule collection group of a firewall policy. */
export const policyGroupFields = {
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  policy: networkNameField('the name of a firewall policy', 80).describe('Name of the firewall policy. It must exist.'),
  ruleCollectionGroup: networkNameField('the name of a rule collection group', 80).describe(
    'Name of the rule collection group. It must exist; it is written whole, with everything else in it kept.',
  ),
};

/** ARM actions that writing one needs, and looking at the policy and its firewalls before. */
export const policyGroupRights: readonly string[] = [
  'Microsoft.Network/firewallPolicies/read',
  'Microsoft.Network/firewallPolicies/ruleCollectionGroups/read',
  'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write',
  'Microsoft.Network/ipGroups/join/action',
  'Microsoft.Network/azureFirewalls/read',
  'Microsoft.Authorization/locks/read',
  'Microsoft.Authorization/denyAssignments/read',
  'Microsoft.Network/locations/operations/read',
  'Microsoft.Network/locations/operationResults/read',
];

/** Those of them that reading it takes. */
export const policyGroupReads: readonly string[] = ['Microsoft.Network/firewallPolicies/ruleCollectionGroups/read'];

/** Of rules in a resource that is written whole. */
export const rulesWrittenWhole: readonly string[] = [
  'The whole resource is written, with the rules of others as they were read right before: Azure documents no condition for it, and refuses a write while another operation is under way. An edit of any of its rules that falls between that reading and the write is undone.',
];

export const policyGroupLimit = { name: 'rule collection groups a policy', value: 90, source: 'Azure Firewall limits' };

/** The group as a resource that is written whole, as `TargetDefinition.writtenWhole` says it. */
export function policyGroupId(config: {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly policy: string;
  readonly ruleCollectionGroup: string;
}): string {
  const { policy, ruleCollectionGroup } = config;
  return resourceId(config, `Microsoft.Network/firewallPolicies/${policy}/ruleCollectionGroups/${ruleCollectionGroup}`);
}

/** The policy itself. */
export function policyId(config: {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly policy: string;
}): string {
  return resourceId(config, `Microsoft.Network/firewallPolicies/${config.policy}`);
}

/** What holds the rules, as `TargetDefinition.place` says it. */
export function placeInPolicy(config: {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly policy: string;
  readonly ruleCollectionGroup: string;
  readonly collection: string;
}): string {
  const { subscriptionId, resourceGroup, policy, ruleCollectionGroup, collection } = config;
  return `${subscriptionId}/${resourceGroup}/firewallPolicies/${policy}/${ruleCollectionGroup}/${collection}`;
}

/** Where a firewall policy or a classic firewall is. */
interface FirewallPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly policy?: string | undefined;
  readonly firewall?: string | undefined;
}

/** One lane a policy or classic firewall, whatever kind of target writes there: every write reprograms it. */
export function laneOfFirewall({ subscriptionId, resourceGroup, policy, firewall }: FirewallPlace): string {
  const [kind, name] = policy === undefined ? ['firewall', firewall] : ['firewall-policy', policy];
  return `${kind}:${subscriptionId}:${resourceGroup}:${name}`.toLowerCase();
}
