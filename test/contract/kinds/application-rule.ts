import type { TargetDefinition } from '../../../src/ports/target.ts';
import { firewallPolicyFqdn } from '../../../src/targets/firewall-policy-fqdn.ts';
import type { ArmFixture } from '../target/fixture.ts';
import { armFixture, NETWORK } from './arm-fixture.ts';
import {
  brokenPolicy,
  collectionsOf,
  groupWith,
  policyWithRules,
  RULE,
  RULES,
  repairs,
  ruleIn,
  rulePlaces,
} from './rules.ts';

export const NAMES = [
  'azurecr.io',
  'contoso.azurecr.io',
  'contoso.westeurope.data.azurecr.io',
  'fabrikam.azurecr.io',
  'fabrikam.westus.data.azurecr.io',
] as const;

/** A rule collection group whose application rule of ours holds these names. */
function groupNaming(targetFqdns: readonly string[], mark?: string) {
  return groupWith(
    {
      ruleType: 'ApplicationRule',
      name: RULE,
      description: mark === undefined ? 'By hand.' : `By hand. [service-tag-sync=${mark}]`,
      protocols: [{ protocolType: 'Https', port: 443 }],
      sourceAddresses: ['*'],
      targetFqdns,
    },
    'ApplicationRule',
  );
}

export const firewallPolicyFqdnFixture: ArmFixture = armFixture({
  definition: firewallPolicyFqdn as unknown as TargetDefinition,
  config: rulePlaces.policy,
  surroundings: policyWithRules('ApplicationRule'),
  family: 'ipv4',
  idOf: () => RULES,
  seed: groupNaming,
  changeTo: (names, mark) => collectionsOf(groupNaming(names, mark)),
  entriesIn: (raw) => (ruleIn(raw)?.targetFqdns ?? []) as readonly string[],
  entries: NAMES,
  repair: repairs.policy,
  broken: brokenPolicy,
  unitPath: RULES.slice(NETWORK.length),
});
