import * as z from 'zod';
import { type Family, families, familyNames } from '../../core/address/family.ts';
import { familyOf } from '../../core/address/prefix.ts';
import { isObject, type JsonObject, textAt } from '../../core/json.ts';
import type { Layout, Problem } from '../../core/plan/live.ts';
import { unreadable } from '../arm/arm-error.ts';
import { unitVersion } from '../unit-state.ts';
import {
  COMBINATIONS_PER_FIREWALL,
  combinationsEach,
  freshRule,
  markOfRule,
  type NetworkRuleConfig,
  nameOfRule,
  PORTS_PER_COMBINATION,
  textsAt,
} from './network-rule.ts';
import type { RuleCollections } from './rule-collection.ts';
import { isAddress } from './rule-parts.ts';
import type { RuleContent } from './rule-target.ts';

export const maxCombinationsField = z
  .int()
  .min(1)
  .default(COMBINATIONS_PER_FIREWALL)
  .describe(
    "Combinations of protocols x sources x destinations x ports / 14 that the list may take up. Azure's limit is 20,000 for all rules of a firewall together.",
  );

export const combinationsLimit = {
  name: 'combinations a firewall',
  value: COMBINATIONS_PER_FIREWALL,
  source: 'Azure Firewall limits',
  setting: 'maxCombinations',
};

interface AddressRuleConfig extends NetworkRuleConfig {
  /** Whether IPv6 may be written at all; absent where it never may. */
  readonly dualStack?: boolean;
  readonly maxCombinations: number;
}

/** One rule a family; both share the firewall's combinations. */
export function addressRuleLayout(config: AddressRuleConfig): Layout {
  const held = familiesOf(config);
  return {
    families: held,
    entriesPerUnit: Math.max(1, Math.floor(config.maxCombinations / combinationsEach(config) / held.length)),
    maxUnits: 1,
    settings: { perUnit: 'maxCombinations' },
    unitKey: (family) => nameOfRule(config, family),
    whenEmpty: 'delete',
  };
}

/** Addresses in network rules, as their destinationAddresses. */
export function addressRule(config: AddressRuleConfig, book: RuleCollections): RuleContent {
  return {
    collection: config.collection,
    field: 'destinationAddresses',
    families: familiesOf(config),
    nameOf: (family) => nameOfRule(config, family),
    unit: (subject, family, rule) => unitOf(subject, nameOfRule(config, family), family, rule),
    problems: (subject, family, rule) => [
      ...strangeDestinations(subject, family, rule),
      ...multiplied(subject, config, book, rule),
    ],
    fresh: (family, mark) => freshRule(book, config, family, mark),
  };
}

function familiesOf({ dualStack }: AddressRuleConfig): readonly Family[] {
  return dualStack ? families : ['ipv4'];
}

function unitOf(subject: string, key: string, family: Family, rule: JsonObject): ReturnType<RuleContent['unit']> {
  const entries = textsAt(subject, rule, 'destinationAddresses');
  const others = otherDestinations(rule);
  if (entries.length === 0 && others.length === 0) {
    throw unreadable(subject, 'Azure answered a rule without any destination');
  }
  const mark = markOfRule(rule);
  return {
    key,
    family,
    entries: entries.filter(isAddress),
    version: unitVersion([entries, others, mark ?? null]),
    ...(mark === undefined ? {} : { mark }),
  };
}

function strangeDestinations(subject: string, family: Family, rule: JsonObject): Problem[] {
  const type = textAt(rule, 'ruleType');
  const strange = textsAt(subject, rule, 'destinationAddresses').filter(
    (entry) => !isAddress(entry) || familyOf(entry) !== family,
  );
  const [odd] = [
    ...(type === undefined || type === 'NetworkRule' ? [] : [type]),
    ...otherDestinations(rule),
    ...strange,
  ];
  if (odd === undefined) return [];
  return [
    {
      code: 'rule-not-a-list',
      text: `The ${subject}: expected a network rule with ${familyNames[family]} addresses as destinations, got "${odd}".`,
      next: 'Delete the rule, or give the target another `rule` in the config.',
    },
  ];
}

/** A rule that costs more of the firewall's combinations than the layout reckons with. */
function multiplied(
  subject: string,
  config: AddressRuleConfig,
  { protocols }: RuleCollections,
  rule: JsonObject,
): Problem[] {
  const live = combinationsEach({
    ...config,
    protocols: textsAt(subject, rule, protocols),
    sources: ['sourceAddresses', 'sourceIpGroups'].flatMap((field) => textsAt(subject, rule, field)),
    ports: textsAt(subject, rule, 'destinationPorts'),
  });
  if (live <= combinationsEach(config)) return [];
  return [
    {
      code: 'rule-multiplies',
      text: `The ${subject}: by the config each prefix costs ${combinationsEach(config)} of the firewall's ${COMBINATIONS_PER_FIREWALL.toLocaleString('en')} combinations, in the rule it costs ${live} (protocols x sources x ports / ${PORTS_PER_COMBINATION}).`,
      next: 'Correct `protocols`, `sources` and `ports` in the config to what the rule has, so that the limit is reckoned right.',
    },
  ];
}

function otherDestinations(rule: JsonObject): readonly string[] {
  return ['destinationIpGroups', 'destinationFqdns'].flatMap((field) => {
    const list = rule[field];
    return Array.isArray(list) ? list.map((one) => (isObject(one) ? JSON.stringify(one) : String(one))) : [];
  });
}
