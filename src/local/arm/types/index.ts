import type { ResourceType } from '../resource-type.ts';
import { ipGroups } from './ip-groups.ts';
import { networkSecurityGroups } from './network-security-groups.ts';
import { resourceGroups } from './resource-groups.ts';
import { securityRules } from './security-rules.ts';

/** Every type of resource the simulation knows. */
export const resourceTypes: readonly ResourceType[] = [resourceGroups, ipGroups, networkSecurityGroups, securityRules];
