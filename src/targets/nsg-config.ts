import { z } from 'zod';
import { isAddress } from '../azure/firewall/rule-parts.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';

/** Source: networking limits, learn.microsoft.com, since 2025. */
export const ADDRESSES_PER_DIRECTION = 6_000;

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
    ports: z
      .array(z.string().regex(/^(\*|\d{1,5}(-\d{1,5})?)$/, 'a port such as "443", a range such as "8000-8100", or "*"'))
      .min(1)
      .default(['443'])
      .describe('Destination ports of the rules, when they are created.'),
    side: z
      .enum(['source', 'destination'])
      .optional()
      .describe(
        'Side of the rules that holds the list. Default: destination of outbound rules, source of inbound ones.',
      ),
    otherSide: z
      .array(z.string().min(1))
      .min(1)
      .refine((all) => all.length === 1 || all.every(isAddress), 'prefixes, or one service tag or "*" alone')
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
  })
  .refine(({ priority, priorityIPv6 }) => priority !== priorityIPv6, {
    message: 'another priority than that of the IPv4 rule',
    path: ['priorityIPv6'],
  });

export type NsgConfig = z.output<typeof schema>;
