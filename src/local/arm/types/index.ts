import type { ResourceType } from '../resource-type.ts';
import { ipGroups } from './ip-groups.ts';
import { resourceGroups } from './resource-groups.ts';

/** Every type of resource the simulation knows. */
export const resourceTypes: readonly ResourceType[] = [resourceGroups, ipGroups];
