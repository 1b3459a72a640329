import * as z from 'zod';
import { otherSideField, portsField, portsOfSecurityRule } from '../azure/firewall/rule-fields.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import type { Family } from '../core/address/family.ts';

/** Source: networking limits, learn.microsoft.com, since 2025. */
export const ADDRESSES_PER_DIRECTION = 6_000;

/** Source: as above. */
export const RULES_PER_NSG = 2_000;

/** Source: network security groups overview, learn.microsoft.com: 100 to 4096. */
export const FIRST_PRIORITY = 100;
export const LAST_PRIORITY = 4096;

const inRange = `a priority from ${FIRST_PRIORITY} to ${LAST_PRIORITY}`;
const priorityField = z.int().min(FIRST_PRIORITY, inRange).max(LAST_PRIORITY, inRange);

/** What the config says of a target of kind `nsg`. */
export const schema = z
  .strictObject({
    subscriptionId: subscriptionIdField,
    resourceGroup: resourceGroupField,
    nsg: networkNameField('the name of a network security group', 80).describe(
      'Name of the network security group. It must exist.',
    ),
    rule: networkNameField('the beginning of a rule name', 75).describe(
      'Beginning of the rules\' names: "acr" makes acr-ipv4 and acr-ipv6, one rule a family.',
    ),
    priority: priorityField.describe('Priority of the IPv4 rule, when it is created.'),
    priorityIPv6: priorityField
      .optional()
      .describe(
        'Priority of the IPv6 rule, when it is created. Default: the one after `priority`; before it, where that is the last.',
      ),
    direction: z
      .enum(['Inbound', 'Outbound'])
      .default('Outbound')
      .describe('Direction of the traffic that the rules are about.'),
    access: z.enum(['Allow', 'Deny']).default('Allow').describe('What the rules do with the traffic.'),
    protocol: z
      .enum(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*'])
      .default('Tcp')
      .describe('Protocol of the rules, when they are created.'),
    ports: portsField(portsOfSecurityRule)
      .default(['443'])
      .describe('Destination ports of the rules, when they are created.'),
    side: z
      .enum(['source', 'destination'])
      .optional()
      .describe(
        'Side of the rules that holds the list. Default: destination of outbound rules, source of inbound ones.',
      ),
    otherSide: otherSideField()
      .default(['*'])
      .describe(
        'The other side, when the rules are created: prefixes, of which each rule takes those of its family, or a single service tag, or "*".',
      ),
    maxAddresses: z
      .int()
      .min(1)
      .exactOptional()
      .describe(
        "Prefixes a rule may hold. Default: 6,000, or the number that Azure names when it refuses more. Azure's limit of 6,000 for all rules of one direction together counts as well; a larger number here raises both.",
      ),
    maxAddressesPerDirection: z
      .int()
      .min(1)
      .exactOptional()
      .describe(
        'Prefixes that all rules of one direction may hold together, those of others among them, where this subscription has another limit: 1,000 or 4,000 in older ones. Default: 6,000, or `maxAddresses` if that is more.',
      ),
    maxRules: z
      .int()
      .min(1)
      .default(RULES_PER_NSG)
      .describe(
        "Rules that the group may hold, those of others among them. Azure's limit is 2,000, in older subscriptions 1,000 or less.",
      ),
  })
  .refine(({ priority, priorityIPv6 }) => priority !== priorityIPv6, {
    message: 'another priority than that of the IPv4 rule',
    path: ['priorityIPv6'],
  });

export type NsgConfig = z.output<typeof schema>;

/** Priority of the rule of a family, when it is created. Two rules of one direction may not share one. */
export function priorityOf({ priority, priorityIPv6 }: NsgConfig, family: Family): number {
  if (family === 'ipv4') return priority;
  return priorityIPv6 ?? (priority < LAST_PRIORITY ? priority + 1 : priority - 1);
}

/** Prefixes that all rules of one direction may hold together. A larger `maxAddresses` means that Azure raised the limit. */
export function addressesPerDirection({ maxAddresses, maxAddressesPerDirection }: NsgConfig): number {
  return maxAddressesPerDirection ?? Math.max(ADDRESSES_PER_DIRECTION, maxAddresses ?? 0);
}
