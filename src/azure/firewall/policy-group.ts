import { networkNameField, resourceGroupField, subscriptionIdField } from '../scope-schema.ts';

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
  'Microsoft.Network/azureFirewalls/read',
  'Microsoft.Authorization/locks/read',
  'Microsoft.Authorization/denyAssignments/read',
  'Microsoft.Network/locations/operations/read',
  'Microsoft.Network/locations/operationResults/read',
];

/** Those of them that reading it takes. */
export const policyGroupReads: readonly string[] = ['Microsoft.Network/firewallPolicies/ruleCollectionGroups/read'];

export const policyGroupLimit = { name: 'rule collection groups a policy', value: 90, source: 'Azure Firewall limits' };

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
