import { expect, it } from 'vitest';
import { openPreflight } from '../../src/run/plan-targets.ts';
import { classicIpGroupFixture } from '../contract/kinds/ip-group.ts';
import { azureFirewallFixture, firewallHolding } from '../contract/kinds/network-rule.ts';
import { FIREWALL } from '../contract/kinds/rules.ts';
import { MARK } from '../contract/target/box.ts';
import { describeContract } from '../contract/target/contract.ts';
import type { ArmFixture } from '../contract/target/fixture.ts';
import { contextOn, type TestArm, withArm } from '../support/arm.ts';

describeContract('azure-firewall', azureFirewallFixture);

const idle = new AbortController().signal;
const open = ({ definition, config }: ArmFixture, arm: TestArm) =>
  definition.open(definition.schema.parse(config), contextOn(arm, MARK));
const failed = { properties: { ...firewallHolding(['10.0.0.0/8'], MARK).properties, provisioningState: 'Failed' } };
const surroundings = { ...classicIpGroupFixture.surroundings, [FIREWALL]: { location: 'westus', ...failed } };

it.each([
  ['first', [azureFirewallFixture, classicIpGroupFixture]],
  ['last', [classicIpGroupFixture, azureFirewallFixture]],
])('is no hindrance to itself in state Failed, and one to IP groups, asked %s in one run', async (_, fixtures) => {
  await withArm(surroundings, async (arm) => {
    const preflight = openPreflight(idle);
    const found: [string, string[]][] = [];
    for (const fixture of fixtures) {
      const target = await open(fixture, arm);
      const { problems } = await preflight(target, await target.read(idle), undefined);
      found.push([fixture.definition.kind, problems.map(({ code }) => code)]);
    }
    expect(new Map(found)).toEqual(
      new Map([
        ['azure-firewall', []],
        ['ip-group', ['firewall-failed']],
      ]),
    );
  });
});

it('is still a hindrance to itself under a read-only lock', async () => {
  await withArm(surroundings, async (arm) => {
    await arm.lock(FIREWALL);
    const target = await open(azureFirewallFixture, arm);
    const { problems } = await openPreflight(idle)(target, await target.read(idle), undefined);
    expect(problems).toMatchObject([{ code: 'firewall-locked' }]);
  });
});
