import * as z from 'zod';
import type { Family } from '../../core/address/family.ts';
import { type JsonObject, textAt } from '../../core/json.ts';
import { unreadable } from '../arm/arm-error.ts';
import { networkNameField } from '../scope-schema.ts';
import type { RuleCollections } from './rule-collection.ts';
import { eachOnce, portsField, portsOfFirewall, sourcesField } from './rule-fields.ts';
import { counterpartsOf, markIn, withMark } from './rule-parts.ts';

/** Source: Azure Firewall limits, learn.microsoft.com: protocols x sources x destinations x ceil(ports / 14). */
export const COMBINATIONS_PER_FIREWALL = 20_000;
export const PORTS_PER_COMBINATION = 14;

/** Fields of a config that say what a network rule of a firewall is like beside its destinations, when it is created. */
export const networkRuleFields = {
  collection: z.string().min(1).describe('Name of the network rule collection. It must exist, with the action Allow.'),
  rule: networkNameField('the name of a network rule', 75).describe('Name of the rule; it is created if missing.'),
  protocols: z
    .array(z.enum(['TCP', 'UDP', 'ICMP', 'Any']))
    .min(1)
    .refine(eachOnce, 'each protocol once')
    .default(['TCP'])
    .describe('Protocols of the rule, when it is created.'),
  sources: sourcesField().default(['*']).describe('Source addresses of the rule, when it is created.'),
  ports: portsField(portsOfFirewall).default(['443']).describe('Destination ports of the rule, when it is created.'),
};

export interface NetworkRuleConfig {
  readonly collection: string;
  readonly rule: string;
  readonly protocols: readonly string[];
  readonly sources: readonly string[];
  readonly ports: readonly string[];
}

/** How many combinations each destination costs, by what the config says of the rule. */
export function combinationsEach({ protocols, sources, ports }: NetworkRuleConfig): number {
  return protocols.length * sources.length * Math.ceil(ports.length / PORTS_PER_COMBINATION);
}

/** IPv4 and IPv6 never share a rule. */
export function nameOfRule(config: NetworkRuleConfig, family: Family): string {
  return family === 'ipv4' ? config.rule : `${config.rule}-ipv6`;
}

export function markOfRule(rule: JsonObject): string | undefined {
  return markIn(textAt(rule, 'description') ?? '');
}

/** A list of texts in a raw rule; empty if it is left out. Throws ArmError `unreadable`. */
export function textsAt(subject: string, rule: JsonObject, field: string): readonly string[] {
  const list = rule[field] ?? [];
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return list;
  throw unreadable(subject, `Azure answered a rule whose ${field} is not a list of texts`);
}

/** A rule as it is created; its destinations come on top. Throws ArmError `invalid` if none of `sources` suits it. */
export function freshRule(book: RuleCollections, config: NetworkRuleConfig, family: Family, mark: string): JsonObject {
  const name = nameOfRule(config, family);
  return {
    ...(book.protocols === 'ipProtocols' ? { ruleType: 'NetworkRule' } : {}),
    name,
    description: withMark('Kept in step with published Service Tags', mark, Number.POSITIVE_INFINITY),
    [book.protocols]: config.protocols,
    sourceAddresses: counterpartsOf(name, 'sources', config.sources, family),
    destinationPorts: config.ports,
  };
}

/** The raw rule with nothing but its destinations and our mark changed. */
export function changedRule(rule: JsonObject, destinations: JsonObject, mark: string): JsonObject {
  const description = withMark(textAt(rule, 'description') ?? '', mark, Number.POSITIVE_INFINITY);
  return { ...rule, ...destinations, description };
}
