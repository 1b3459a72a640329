import { describe, expect, it } from 'vitest';
import { firewallPolicy } from '../../src/targets/firewall-policy.ts';
import { firewallPolicyFixture, groupHolding } from '../contract/kinds/network-rule.ts';
import { POLICY, RULES, rulePlaces } from '../contract/kinds/rules.ts';
import { MARK } from '../contract/target/box.ts';
import { describeContract } from '../contract/target/contract.ts';
import { contextOn, withArm } from '../support/arm.ts';

describeContract('firewall-policy', firewallPolicyFixture);

const idle = new AbortController().signal;

describe('firewall-policy', () => {
  it('is content when Azure answers an unchanged write with null', async () => {
    const resources = {
      [POLICY]: { location: 'westus', properties: {} },
      [RULES]: groupHolding(['10.0.0.0/8'], MARK),
    };
    await withArm(resources, async (arm) => {
      const config = firewallPolicy.schema.parse(rulePlaces.policy) as Parameters<typeof firewallPolicy.open>[0];
      const target = await firewallPolicy.open(config, contextOn(arm, MARK));
      const version = (await target.read(idle)).units[0]?.version ?? '';
      // Somebody makes the same change just before ours arrives.
      const put = { method: 'PUT', pathIncludes: '/ruleCollectionGroups/apps' };
      const merge = firewallPolicyFixture.changeTo(['11.0.0.0/8'], MARK);
      await arm.fail([{ match: put, effect: { foreign: { id: RULES, merge } } }]);
      await target.write({ key: 'acr', family: 'ipv4', action: 'replace', entries: ['11.0.0.0/8'], version }, idle);
      expect(await arm.writes()).toBe(1);
      expect((await target.read(idle)).units).toMatchObject([{ entries: ['11.0.0.0/8'], state: 'Succeeded' }]);
    });
  });

  it('writes IPv6 only where every firewall is a dual-stack one, in a rule of its own', () => {
    const of = (change: object) =>
      firewallPolicy.layout(
        firewallPolicy.schema.parse({ ...rulePlaces.policy, ...change }) as Parameters<typeof firewallPolicy.open>[0],
      );
    expect(of({}).families).toEqual(['ipv4']);
    const dual = of({ dualStack: true });
    expect(dual.families.map((family) => dual.unitKey(family, 0))).toEqual(['acr', 'acr-ipv6']);
    expect(dual.entriesPerUnit).toBe(10_000);
  });

  it('writes one policy or firewall at a time, whatever the case of its name', () => {
    const lane = (change: object) =>
      firewallPolicy.lane(
        firewallPolicy.schema.parse({ ...rulePlaces.policy, ...change }) as Parameters<typeof firewallPolicy.open>[0],
      );
    expect(lane({ policy: 'HUB', ruleCollectionGroup: 'other' })).toBe(lane({}));
    expect(lane({ policy: 'spoke' })).not.toBe(lane({}));
  });
});
