import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/arm/json.ts';
import { type ArmClient, network, startArm } from '../../support/arm-client.ts';

const nsg = `${network}/networkSecurityGroups/n1`;
const rule = (name: string) => `${nsg}/securityRules/${name}`;
const outbound = {
  protocol: 'Tcp',
  direction: 'Outbound',
  access: 'Allow',
  priority: 200,
  sourceAddressPrefix: '*',
  sourcePortRange: '*',
  destinationPortRange: '443',
};
const to = (prefixes: readonly string[], more: Json = {}) => ({
  properties: { ...outbound, destinationAddressPrefixes: prefixes, ...more },
});

describe('network security groups', () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await startArm();
    await arm.control('PUT', 'resources', {
      [nsg]: {
        location: 'westus',
        properties: { securityRules: [{ name: 'mine', ...to(['10.0.0.0/8'], { priority: 100 }) }] },
      },
    });
  });
  afterEach(() => arm.close());

  test('show their rules whole, and each rule by itself, under one etag', async () => {
    const { body } = await arm.call('GET', nsg);
    const properties = body.properties as { securityRules: Json[]; defaultSecurityRules: Json[] };
    expect(properties.securityRules.map(({ name }) => name)).toEqual(['mine']);
    expect(properties.defaultSecurityRules).toHaveLength(6);
    const mine = await arm.call('GET', rule('mine'));
    expect(mine.body).toEqual(properties.securityRules[0]);
    expect(mine.body.etag).toBe(body.etag);
    expect(mine.body.properties).toMatchObject({
      destinationAddressPrefixes: ['10.0.0.0/8'],
      sourceAddressPrefixes: [],
    });
    expect((await arm.call('GET', `${nsg}/securityRules`)).body.value).toEqual([mine.body]);
  });

  test('take a single rule by an operation, and change their etag with it', async () => {
    const before = await arm.call('GET', nsg);
    const created = await arm.call('PUT', rule('r1'), to(['20.0.0.0/8']));
    expect(created.status).toBe(201);
    expect((await arm.call('GET', nsg)).body.properties).toMatchObject({ provisioningState: 'Updating' });
    arm.passMs(1000);
    const after = await arm.call('GET', nsg);
    expect(after.body.etag).not.toBe(before.body.etag);
    expect(after.body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      securityRules: [
        { name: 'mine' },
        { name: 'r1', etag: after.body.etag, properties: { provisioningState: 'Succeeded' } },
      ],
    });
    expect((await arm.call('DELETE', rule('r1'))).status).toBe(202);
    expect((await arm.call('DELETE', rule('r1'))).status).toBe(204);
    expect(await arm.refused('GET', rule('r1'))).toBe('404 NotFound');
    arm.passMs(1000);
    expect((await arm.call('GET', nsg)).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
  });

  test('refuse a rule whose version is not the one named', async () => {
    const { body } = await arm.call('GET', nsg);
    const etag = String(body.etag);
    expect((await arm.call('PUT', rule('mine'), to(['20.0.0.0/8']), { 'if-match': etag })).status).toBe(200);
    arm.passMs(1000);
    const stale = { 'if-match': etag };
    expect(await arm.refused('PUT', rule('mine'), to(['30.0.0.0/8']), stale)).toBe('412 PreconditionFailed');
    expect(await arm.refused('DELETE', rule('mine'), undefined, stale)).toBe('412 PreconditionFailed');
    expect(await arm.refused('PUT', rule('new'), to(['30.0.0.0/8']), stale)).toBe('412 PreconditionFailed');
    expect((await arm.call('GET', rule('mine'))).body.properties).toMatchObject({
      destinationAddressPrefixes: ['20.0.0.0/8'],
    });
  });

  test('let a second write cancel the operation of the first', async () => {
    const first = await arm.call('PUT', rule('r1'), to(['20.0.0.0/8']));
    arm.passMs(600);
    const { body: between } = await arm.call('GET', nsg);
    const second = await arm.call('PUT', rule('r2'), to(['30.0.0.0/8'], { priority: 201 }));
    const status = async ({ headers }: { headers: Headers }) =>
      (await arm.call('GET', headers.get('azure-asyncoperation') ?? '')).body;
    expect(await status(first)).toMatchObject({
      status: 'Canceled',
      error: { code: 'Canceled', details: [{ code: 'CanceledAndSupersededDueToAnotherOperation' }] },
    });
    expect((await arm.call('GET', nsg)).body.etag).not.toBe(between.etag);
    arm.passMs(600);
    expect(await status(second)).toEqual({ status: 'InProgress' });
    arm.passMs(400);
    expect(await status(second)).toEqual({ status: 'Succeeded' });
    const { body } = await arm.call('GET', nsg);
    const { securityRules } = body.properties as { securityRules: { properties: Json }[] };
    expect(securityRules.map(({ properties }) => properties.provisioningState)).toEqual(Array(3).fill('Succeeded'));
  });

  test('are replaced whole by a PUT', async () => {
    const body = { location: 'westus', properties: { securityRules: [{ name: 'r9', ...to(['20.0.0.0/8']) }] } };
    expect((await arm.call('PUT', nsg, body)).status).toBe(200);
    arm.passMs(1000);
    expect(await arm.refused('GET', rule('mine'))).toBe('404 NotFound');
    expect((await arm.call('GET', rule('r9'))).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
    expect(await arm.refused('PUT', `${network}/networkSecurityGroups/none/securityRules/r`, to(['1.1.1.1']))).toBe(
      '404 ParentResourceNotFound',
    );
  });

  test.each([
    [
      'both families',
      to(['10.0.0.0/8', '2001:db8::/32']),
      'ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies',
    ],
    [
      'both families, one on either side',
      to(['2001:db8::/32'], { sourceAddressPrefix: '10.0.0.0/8' }),
      'ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies',
    ],
    ['IPv4 host bits', to(['10.0.0.1/8']), 'SecurityRuleInvalidAddressPrefix'],
    ['IPv6 host bits', to(['2001:db8::1/32']), 'SecurityRuleInvalidAddressPrefix'],
    ['a range', to(['10.0.0.0-10.0.0.9']), 'SecurityRuleInvalidAddressPrefix'],
    ['"any"', to(['10.0.0.0/8'], { sourceAddressPrefix: 'Any' }), 'SecurityRuleInvalidAddressPrefix'],
    ['overlaps', to(['10.1.0.0/16', '10.0.0.0/8', '12.0.0.0/8']), 'OverlappingSubnetsNotPermittedInSecurityRule'],
    ['IPv6 overlaps', to(['2001:db8::/32', '2001:db8:1::/48']), 'OverlappingSubnetsNotPermittedInSecurityRule'],
    ['one address in two spellings', to(['10.0.0.1', '10.0.0.1/32']), 'OverlappingSubnetsNotPermittedInSecurityRule'],
    [
      'ports the wrong way round',
      to(['10.0.0.0/8'], { destinationPortRange: '443-80' }),
      'SecurityRuleInvalidPortRange',
    ],
    ['port 70000', to(['10.0.0.0/8'], { destinationPortRange: '70000' }), 'SecurityRuleInvalidPortRange'],
    ['no destination', to([]), 'SecurityRuleInvalidAddressPrefix'],
    [
      'one prefix beside a list',
      to(['10.0.0.0/8'], { destinationAddressPrefix: '*' }),
      'SecurityRuleInvalidAddressPrefix',
    ],
    ['a tag in the list', to(['10.0.0.0/8', 'Storage.WestUS']), 'SecurityRuleParameterContainsUnsupportedValue'],
    ['141 characters', to(['10.0.0.0/8'], { description: 'x'.repeat(141) }), 'SecurityRuleInvalidDescription'],
    ['priority 99', to(['10.0.0.0/8'], { priority: 99 }), 'SecurityRuleInvalidPriority'],
    ['priority 4097', to(['10.0.0.0/8'], { priority: 4097 }), 'SecurityRuleInvalidPriority'],
    ['a priority that is taken', to(['10.0.0.0/8'], { priority: 100 }), 'SecurityRuleConflict'],
    ['a direction of its own', to(['10.0.0.0/8'], { direction: 'Upwards' }), 'SecurityRuleInvalidDirection'],
    ['no access', to(['10.0.0.0/8'], { access: undefined }), 'SecurityRuleInvalidAccess'],
    ['no port', to(['10.0.0.0/8'], { destinationPortRange: undefined }), 'SecurityRuleInvalidPortRange'],
    ['6,001 addresses', to(addresses(6001)), 'SecurityRuleAddressesOrPortsPerSecurityGroupLimitReached'],
    [
      '6,001 addresses with the other rule',
      to(addresses(6000)),
      'SecurityRuleAddressesOrPortsPerSecurityGroupLimitReached',
    ],
  ])('refuse a rule with %s', async (_, body, code) => {
    expect(await arm.refused('PUT', rule('r1'), body)).toBe(`400 ${code}`);
  });

  test.each([
    ['a tag by itself', { ...outbound, destinationAddressPrefix: 'Storage.WestUS' }],
    [
      'the other direction at a priority that is taken',
      to(['10.0.0.0/8'], { priority: 100, direction: 'Inbound' }).properties,
    ],
    ['IPv6 in any notation', to(['2001:DB8:0::/32', '2001:db9::1']).properties],
    ['5,999 addresses beside one', to(addresses(5999)).properties],
    ['6,000 addresses in the other direction', to(addresses(6000), { direction: 'Inbound' }).properties],
  ])('take a rule with %s', async (_, properties) => {
    expect((await arm.call('PUT', rule('r1'), { properties })).status).toBe(201);
  });

  test('hold 2,000 rules and no more', async () => {
    const securityRules = Array.from({ length: 2000 }, (_, index) => ({
      name: `r${index}`,
      properties: { ...outbound, destinationAddressPrefix: '10.0.0.0/8', priority: 100 + index },
    }));
    expect((await arm.call('PUT', nsg, { location: 'westus', properties: { securityRules } })).status).toBe(200);
    expect(await arm.refused('PUT', rule('more'), to(['1.1.1.1'], { priority: 4000 }))).toBe(
      '400 SecurityRuleCountLimitReached',
    );
  });
});

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `20.0.${index >> 8}.${index & 255}`);
}
