import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/arm/json.ts';
import { type ArmClient, network, startArm } from '../../support/arm-client.ts';

const groups = ['g1', 'g2'].map((name) => `${network}/ipGroups/${name}`);
const [g1, g2] = groups;
const policy = `${network}/firewallPolicies/p1`;
const rules = (name: string) => `${policy}/ruleCollectionGroups/${name}`;
const firewall = `${network}/azureFirewalls/fw1`;
const classic = `${network}/azureFirewalls/fw2`;

const rule = (more: Json) => ({
  ruleType: 'NetworkRule',
  name: 'acr',
  ipProtocols: ['TCP'],
  destinationPorts: ['443'],
  sourceAddresses: ['10.0.0.0/8'],
  ...more,
});
const collection = (more: Json, priority: unknown = 200) => ({
  properties: {
    priority,
    ruleCollections: [
      {
        ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
        name: 'allow',
        priority: 100,
        action: { type: 'Allow' },
        madeByOthers: { kept: true },
        rules: [rule(more)],
      },
    ],
  },
});
const ipGroup = { location: 'westus', properties: { ipAddresses: ['10.0.0.0/24'] } };
const classicBody = (id: unknown) => ({
  location: 'westus',
  properties: {
    networkRuleCollections: [
      {
        name: 'c',
        properties: { priority: 100, action: { type: 'Allow' }, rules: [{ name: 'r', destinationIpGroups: [id] }] },
      },
    ],
  },
});

describe('firewalls and their policies', () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await startArm();
    await arm.control('PUT', 'resources', {
      [groups[0] as string]: ipGroup,
      [groups[1] as string]: ipGroup,
      [policy]: { location: 'westus', properties: { sku: { tier: 'Premium' } } },
      [rules('rcg1')]: collection({ destinationIpGroups: [g1] }),
      [firewall]: { location: 'westus', properties: { firewallPolicy: { id: policy } } },
      [classic]: classicBody(g2?.toUpperCase()),
    });
  });
  afterEach(() => arm.close());

  const state = async (id: unknown) => ((await arm.call('GET', String(id))).body.properties as Json).provisioningState;
  const end = async ({ headers }: { headers: Headers }) =>
    (await arm.call('GET', headers.get('azure-asyncoperation') ?? '')).body;

  test('are named by what they use, and name it', async () => {
    expect((await arm.call('GET', String(g1))).body.properties).toMatchObject({
      firewalls: [],
      firewallPolicies: [{ id: policy }],
    });
    expect((await arm.call('GET', String(g2))).body.properties).toMatchObject({
      firewalls: [{ id: classic }],
      firewallPolicies: [],
    });
    expect((await arm.call('GET', policy)).body.properties).toMatchObject({
      ruleCollectionGroups: [{ id: rules('rcg1') }],
      firewalls: [{ id: firewall }],
    });
    expect(await arm.refused('DELETE', String(g1))).toBe('400 InUseIpGroupCannotBeDeleted');
  });

  test('are updated along with an IP group, and with a rule collection group', async () => {
    await arm.call('PUT', String(g1), ipGroup);
    expect([await state(policy), await state(firewall), await state(classic)]).toEqual([
      'Updating',
      'Updating',
      'Succeeded',
    ]);
    expect(await arm.refused('PUT', rules('rcg2'), collection({}, 201))).toBe('409 AnotherOperationInProgress');
    arm.passMs(1000);
    expect([await state(policy), await state(firewall)]).toEqual(['Succeeded', 'Succeeded']);
    await arm.call('PUT', rules('rcg2'), collection({}, 201));
    expect([await state(policy), await state(firewall)]).toEqual(['Updating', 'Updating']);
    expect(await arm.refused('PUT', rules('rcg1'), collection({}))).toBe('409 AnotherOperationInProgress');
    arm.passMs(1000);
    expect([await state(rules('rcg2')), await state(policy)]).toEqual(['Succeeded', 'Succeeded']);
  });

  test('are updated until the last of several IP groups is done', async () => {
    await arm.call('PUT', rules('rcg1'), collection({ destinationIpGroups: groups }));
    arm.passMs(1000);
    await arm.call('PUT', String(g1), ipGroup);
    arm.passMs(500);
    expect((await arm.call('PUT', String(g2), ipGroup)).status).toBe(200);
    arm.passMs(500);
    expect([await state(g1), await state(g2), await state(policy)]).toEqual(['Succeeded', 'Updating', 'Updating']);
    arm.passMs(500);
    expect(await state(policy)).toBe('Succeeded');
  });

  test('in state Failed, make every write of what they use fail', async () => {
    await arm.control('PUT', 'resources', {
      [firewall]: { location: 'westus', properties: { firewallPolicy: { id: policy }, provisioningState: 'Failed' } },
    });
    const group = await arm.call('PUT', String(g1), ipGroup);
    arm.passMs(1000);
    expect(await end(group)).toMatchObject({ status: 'Failed', error: { code: 'IpGroupsUpdateFailed' } });
    expect(await state(g1)).toBe('Failed');
    const change = await arm.call('PUT', rules('rcg1'), collection({}));
    arm.passMs(1000);
    expect(await end(change)).toMatchObject({ status: 'Failed', error: { code: 'FirewallPolicyUpdateFailed' } });
    // Redeployed, it heals.
    await arm.call('PUT', firewall, { location: 'westus', properties: { firewallPolicy: { id: policy } } });
    arm.passMs(1000);
    await arm.call('PUT', String(g1), ipGroup);
    arm.passMs(1000);
    expect([await state(firewall), await state(g1)]).toEqual(['Succeeded', 'Succeeded']);
  });

  test('take a rule collection group whole, keep what they do not know, and answer null to no change', async () => {
    const body = collection({ destinationIpGroups: [g2] });
    expect((await arm.call('PUT', rules('rcg1'), body)).status).toBe(200);
    arm.passMs(1000);
    const { body: read } = await arm.call('GET', rules('rcg1'));
    expect(read.properties).toEqual({ provisioningState: 'Succeeded', ...body.properties });
    const again = await arm.call('PUT', rules('rcg1'), read);
    expect([again.status, again.text, again.headers.get('azure-asyncoperation')]).toEqual([200, 'null', null]);
    expect((await arm.call('GET', `${policy}/ruleCollectionGroups`)).body.value).toEqual([read]);
  });

  test.each([
    ['a group that is not there', collection({ destinationIpGroups: [`${g1}x`] }), '400 InvalidResourceReference'],
    [
      'host bits',
      collection({ destinationAddresses: ['10.0.0.1/8'] }),
      '400 FirewallPolicyRuleConditionInvalidIpAddressOrRangeFormat',
    ],
    [
      'an address of no network',
      collection({ sourceAddresses: ['300.1.1.1/99'] }),
      '400 FirewallPolicyRuleConditionInvalidIpAddressOrRangeFormat',
    ],
    [
      'ports the wrong way round',
      collection({ destinationPorts: ['443-80'] }),
      '400 FirewallPolicyRuleConditionInvalidPortOrRangeFormat',
    ],
    [
      'port 70000',
      collection({ destinationPorts: ['70000'] }),
      '400 FirewallPolicyRuleConditionInvalidPortOrRangeFormat',
    ],
    ['priority 99', collection({}, 99), '400 InvalidRuleCollectionGroup'],
    ['over 2 MB', collection({ description: 'x'.repeat(2 * 1024 * 1024) }), '400 InvalidRuleCollectionGroup'],
  ])('refuse a rule collection group with %s', async (_, body, refusal) => {
    expect(await arm.refused('PUT', rules('rcg1'), body)).toBe(refusal);
  });

  test('want the IP groups they use to be ready', async () => {
    await arm.call('PUT', String(g2), ipGroup);
    const body = collection({ destinationIpGroups: [g2] });
    expect(await arm.refused('PUT', rules('rcg1'), body)).toBe('409 ReferencedResourceNotProvisioned');
  });

  test('hold to their numbers: 90 rule collection groups, 50 IP groups a classic firewall', async () => {
    const more = Array.from({ length: 89 }, (_, n) => [rules(`more${n}`), collection({}, 300 + n)]);
    await arm.control('PUT', 'resources', Object.fromEntries(more));
    expect(await arm.refused('PUT', rules('another'), collection({}, 500))).toBe('400 InvalidRuleCollectionGroup');
    const many = Array.from({ length: 51 }, (_, n) => `${network}/ipGroups/m${n}`);
    await arm.control('PUT', 'resources', Object.fromEntries(many.map((id) => [id, ipGroup])));
    const using = (ids: readonly string[]) => ({
      location: 'westus',
      properties: { rules: [{ sourceIpGroups: ids }] },
    });
    expect(await arm.refused('PUT', classic, using(many))).toBe('400 IpGroupsLimitExceeded');
    expect((await arm.call('PUT', classic, using(many.slice(1)))).status).toBe(200);
  });
});
