/** Why an action of Azure Resource Manager is in a role, and the page of Microsoft that says so. */
interface ArmAction {
  readonly why: string;
  readonly source: string;
}

const learn = 'https://learn.microsoft.com';
const rest = `${learn}/rest/api/virtualnetwork`;
const permissions = `${learn}/azure/role-based-access-control/permissions`;
const firewallRoles = `${learn}/azure/firewall/roles-permissions#permissions`;
const operations = `${learn}/azure/azure-resource-manager/management/async-operations`;

/** Every action that a role of this service may name. `test/infra/role.test.ts` holds that none is missing here. */
export const armActions: Readonly<Record<string, ArmAction>> = {
  'Microsoft.Network/ipGroups/read': {
    why: 'reads an IP group, its entries and its mark',
    source: `${rest}/ip-groups/get`,
  },
  'Microsoft.Network/ipGroups/write': {
    why: 'creates or writes an IP group',
    source: `${rest}/ip-groups/create-or-update`,
  },
  'Microsoft.Network/ipGroups/delete': {
    why: 'deletes an IP group that its list no longer fills, once no rule names it',
    source: `${rest}/ip-groups/delete`,
  },
  'Microsoft.Network/ipGroups/join/action': {
    why: 'writes a rule that names an IP group; a rule collection group or firewall is written whole, with all its rules',
    source: `${permissions}/networking#microsoftnetwork`,
  },
  'Microsoft.Network/firewallPolicies/read': {
    why: 'reads the state of a policy before a write that reaches its firewalls',
    source: `${rest}/firewall-policies/get`,
  },
  'Microsoft.Network/firewallPolicies/ruleCollectionGroups/read': {
    why: 'reads a rule collection group',
    source: `${rest}/firewall-policy-rule-collection-groups/get`,
  },
  'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write': {
    why: 'writes a rule collection group',
    source: `${rest}/firewall-policy-rule-collection-groups/create-or-update`,
  },
  'Microsoft.Network/azureFirewalls/read': {
    why: 'reads a firewall: its rules if they are its own, and its state before a write that reaches it',
    source: `${rest}/azure-firewalls/get`,
  },
  'Microsoft.Network/azureFirewalls/write': {
    why: 'writes a classic firewall, which has no smaller write than the whole',
    source: `${rest}/azure-firewalls/create-or-update`,
  },
  'Microsoft.Network/virtualNetworks/subnets/join/action': {
    why: 'updates a firewall, which names its subnet',
    source: firewallRoles,
  },
  'Microsoft.Network/publicIPAddresses/join/action': {
    why: 'updates a firewall, which names its public addresses',
    source: firewallRoles,
  },
  'Microsoft.Network/virtualHubs/read': {
    why: 'updates a firewall, which may name a virtual hub',
    source: firewallRoles,
  },
  'Microsoft.Network/networkSecurityGroups/read': {
    why: 'reads a network security group with all its rules',
    source: `${rest}/network-security-groups/get`,
  },
  'Microsoft.Network/networkSecurityGroups/securityRules/read': {
    why: 'reads a rule again before and after it is written',
    source: `${rest}/security-rules/get`,
  },
  'Microsoft.Network/networkSecurityGroups/securityRules/write': {
    why: 'creates or writes one rule',
    source: `${rest}/security-rules/create-or-update`,
  },
  'Microsoft.Network/networkSecurityGroups/securityRules/delete': {
    why: 'deletes a rule whose list is empty',
    source: `${rest}/security-rules/delete`,
  },
  'Microsoft.Network/locations/operations/read': {
    why: 'follows a write until Azure has ended it',
    source: operations,
  },
  'Microsoft.Network/locations/operationResults/read': {
    why: 'reads how a write ended, where Azure answers with Location',
    source: operations,
  },
  'Microsoft.Network/locations/serviceTags/read': {
    why: 'compares with the Service Tag Discovery API, where the config asks for it',
    source: `${rest}/service-tags/list`,
  },
  'Microsoft.Authorization/locks/read': {
    why: 'sees a lock that would stop a write half-way',
    source: `${learn}/azure/azure-resource-manager/management/lock-resources`,
  },
  'Microsoft.Authorization/denyAssignments/read': {
    why: 'sees a deny assignment on a firewall or policy behind a target',
    source: `${learn}/azure/role-based-access-control/deny-assignments`,
  },
  'Microsoft.ContainerRegistry/registries/read': {
    why: 'reads a container registry: its network rules and its host names',
    source: `${permissions}/containers#microsoftcontainerregistry`,
  },
  'Microsoft.ContainerRegistry/registries/write': {
    why: 'writes the IP rules of a registry, which have no smaller write',
    source: `${permissions}/containers#microsoftcontainerregistry`,
  },
  'Microsoft.ContainerRegistry/registries/replications/read': {
    why: 'reads the regions of a registry',
    source: `${permissions}/containers#microsoftcontainerregistry`,
  },
  'Microsoft.ContainerRegistry/locations/operationResults/read': {
    why: 'follows a write until Azure has ended it',
    source: `${permissions}/containers#microsoftcontainerregistry`,
  },
};

/** What Microsoft's page on roles of Azure Firewall asks for an update, besides reading it. */
export const firewallUpdateRights: readonly string[] = [
  'Microsoft.Network/azureFirewalls/write',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/publicIPAddresses/join/action',
  'Microsoft.Network/virtualHubs/read',
  'Microsoft.Network/ipGroups/join/action',
];

/** What Resource Manager may ask for at a resource because one that is written names it, by its type in lower case. */
export const actionOnNamed: ReadonlyMap<string, string> = new Map([
  ['microsoft.network/virtualnetworks/subnets', 'Microsoft.Network/virtualNetworks/subnets/join/action'],
  ['microsoft.network/publicipaddresses', 'Microsoft.Network/publicIPAddresses/join/action'],
  ['microsoft.network/virtualhubs', 'Microsoft.Network/virtualHubs/read'],
  ['microsoft.network/ipgroups', 'Microsoft.Network/ipGroups/join/action'],
]);
