import type { ResourceType } from '../resource-type.ts';
import { azureFirewalls } from './azure-firewalls.ts';
import { firewallPolicies } from './firewall-policies.ts';
import { ipGroups } from './ip-groups.ts';
import { locations } from './locations.ts';
import { networkSecurityGroups } from './network-security-groups.ts';
import { registries } from './registries.ts';
import { replications } from './replications.ts';
import { resourceGroups } from './resource-groups.ts';
import { ruleCollectionGroups } from './rule-collection-groups.ts';
import { securityRules } from './security-rules.ts';

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
