import type { ResourceType } from '../resource-type.ts';
import { azureFirewalls, firewallPolicies, ipGroups, ruleCollectionGroups } from './firewalls.ts';
import { networkSecurityGroups, securityRules } from './network-security-groups.ts';
import { registries, replications } from './registries.ts';

/**
 * A location of a subscription, seeded with what the Service Tag Discovery API answers there:
 * `{"properties": {"serviceTags": {"changeNumber", "cloud", "values"}}}`, a publication's document. Real ARM shows no
 * such resource; its list of service tags is served by `serve-arm.ts`.
 */
const locations: ResourceType = {
  type: 'Microsoft.Network/locations',
  apiVersions: undefined,
  methods: ['GET'],
  tracked: false,
  etag: 'none',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: [],
  check() {},
};

const resourceGroups: ResourceType = {
  type: 'Microsoft.Resources/resourceGroups',
  apiVersions: undefined,
  methods: ['GET'],
  tracked: true,
  etag: 'none',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: [],
  check() {},
};

/** Every type of resource the simulation knows. */
export const resourceTypes: readonly ResourceType[] = [
  resourceGroups,
  locations,
  ipGroups,
  networkSecurityGroups,
  securityRules,
  firewallPolicies,
  ruleCollectionGroups,
  azureFirewalls,
  registries,
  replications,
];
