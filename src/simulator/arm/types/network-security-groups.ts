import { arrayAt, isJson, objectAt } from '../json.ts';
import type { ResourceType } from '../resource-type.ts';
import { checkRules, securityRules } from './security-rules.ts';

export const networkSecurityGroups: ResourceType = {
  type: 'Microsoft.Network/networkSecurityGroups',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'own',
  ifMatch: true,
  occupies: 'resource',
  whenBusy: 'supersede',
  inline: { field: 'securityRules', type: securityRules.type },
  readOnly: ['defaultSecurityRules', 'networkInterfaces', 'subnets', 'flowLogs', 'resourceGuid'],
  check({ body }) {
    const rules = arrayAt(objectAt(body, 'properties'), 'securityRules').filter(isJson);
    checkRules(rules.map((rule) => ({ name: String(rule.name), properties: objectAt(rule, 'properties') })));
  },
  derive({ path, etag }) {
    return { defaultSecurityRules: defaults.map((rule) => defaultRule(path.id, etag, rule)) };
  },
  touches({ path: { id } }, state) {
    return state.childrenOf(id).map((rule) => rule.path.id);
  },
};

/** The rules that stand in every group: name, direction, priority, access, source, destination. */
const defaults = [
  ['AllowVnetInBound', 'Inbound', 65000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowAzureLoadBalancerInBound', 'Inbound', 65001, 'Allow', 'AzureLoadBalancer', '*'],
  ['DenyAllInBound', 'Inbound', 65500, 'Deny', '*', '*'],
  ['AllowVnetOutBound', 'Outbound', 65000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowInternetOutBound', 'Outbound', 65001, 'Allow', '*', 'Internet'],
  ['DenyAllOutBound', 'Outbound', 65500, 'Deny', '*', '*'],
] as const;

function defaultRule(group: string, etag: string, rule: (typeof defaults)[number]) {
  const [name, direction, priority, access, sourceAddressPrefix, destinationAddressPrefix] = rule;
  return {
    name,
    id: `${group}/defaultSecurityRules/${name}`,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    etag,
    properties: {
      provisioningState: 'Succeeded',
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix,
      destinationAddressPrefix,
      access,
      priority,
      direction,
    },
  };
}
