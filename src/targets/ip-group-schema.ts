import * as z from 'zod';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { groupRuleSchema } from './ip-group-rule.ts';

/** Source: Azure Firewall limits and "IP Groups in Azure Firewall", learn.microsoft.com. */
export const ENTRIES_PER_GROUP = 5_000;
export const GROUPS_PER_CLASSIC_FIREWALL = 50;
export const GROUPS_PER_POLICY = 600;
export const GROUPS_AT_ONCE = 20;

/** More than any firewall takes; the names of all of them are worked out to find two targets in one group. */
const MOST_GROUPS = 10_000;

export const ipGroupSchema = z.strictObject({
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
    .max(MOST_GROUPS)
    .default(GROUPS_PER_CLASSIC_FIREWALL)
    .describe(
      'Maximum number of groups. A classic firewall takes 50 in all, a firewall policy 600, unless Azure raised that for yours.',
    ),
  entriesPerGroup: z
    .int()
    .min(1)
    .exactOptional()
    .describe(
      'Entries a group may hold. Default: 5,000, which Azure documents, or the number that it names when it refuses more.',
    ),
  rule: groupRuleSchema
    .exactOptional()
    .describe(
      'The network rule through which the firewall uses the groups. It is created if missing and always names all of them; a group that is no longer needed is taken out of it and deleted. Without this the rules are yours: name every group in them.',
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

export type IpGroupConfig = z.output<typeof ipGroupSchema>;
