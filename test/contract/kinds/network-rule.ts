import type { TargetDefinition } from '../../../src/ports/target.ts';
import { azureFirewall } from '../../../src/targets/azure-firewall.ts';
import { firewallPolicy } from '../../../src/targets/firewall-policy.ts';
import type { ArmFixture } from '../target/fixture.ts';
import { armFixture, NETWORK, PREFIXES } from './arm-fixture.ts';
import {
  brokenPolicy,
  classicFirewall,
  collectionsOf,
  FIREWALL,
  firewallWith,
  groupWith,
  policyWithRules,
  RULE,
  RULES,
  repairs,
  ruleIn,
  rulePlaces,
} from './rules.ts';

/** Our network rule, as somebody may have written it. */
function rule(entries: readonly string[], mark: string | undefined, protocols: string) {
  return {
    name: RULE,
    description: mark === undefined ? 'By hand.' : `By hand. [service-tag-sync=${mark}]`,
    [protocols]: ['TCP'],
    sourceAddresses: ['*'],
    destinationAddresses: entries,
    destinationPorts: ['443'],
  };
}

/** A rule collection group whose rule of ours holds these entries. */
export const groupHolding = (entries: readonly string[], mark?: string) =>
  groupWith(rule(entries, mark, 'ipProtocols'));

/** A classic firewall whose rule of ours holds these entries. */
export const firewallHolding = (entries: readonly string[], mark?: string) =>
  firewallWith(rule(entries, mark, 'protocols'));

const common = {
  family: 'ipv4',
  entriesIn: (raw: unknown) => (ruleIn(raw)?.destinationAddresses ?? []) as readonly string[],
  entries: PREFIXES,
  tight: { maxCombinations: 2 },
} as const;

export const firewallPolicyFixture: ArmFixture = armFixture({
  ...common,
  definition: firewallPolicy as unknown as TargetDefinition,
  config: rulePlaces.policy,
  surroundings: policyWithRules(),
  idOf: () => RULES,
  seed: groupHolding,
  changeTo: (entries, mark) => collectionsOf(groupHolding(entries, mark)),
  emptied: collectionsOf(groupWith()),
  repair: repairs.policy,
  broken: brokenPolicy,
  unitPath: RULES.slice(NETWORK.length),
});

export const azureFirewallFixture: ArmFixture = armFixture({
  ...common,
  definition: azureFirewall as unknown as TargetDefinition,
  config: rulePlaces.classic,
  surroundings: classicFirewall(),
  idOf: () => FIREWALL,
  seed: firewallHolding,
  changeTo: (entries, mark) => collectionsOf(firewallHolding(entries, mark)),
  emptied: collectionsOf(firewallWith()),
  repair: repairs.classic,
  // The firewall is what is written.
  broken: [],
  unitPath: FIREWALL.slice(NETWORK.length),
});
