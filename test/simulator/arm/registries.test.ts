import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ArmClient, group, startArm } from '../../support/arm-client.ts';

const id = `${group}/providers/Microsoft.ContainerRegistry/registries/acme1`;
const version = '?api-version=2025-11-01';
const premium = { location: 'West US', sku: { name: 'Premium' } };
const ruleSet = (values: readonly string[]) => ({
  networkRuleSet: { defaultAction: 'Deny', ipRules: values.map((value) => ({ action: 'Allow', value })) },
});

describe('container registries', () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await startArm();
    await arm.control('PUT', 'resources', {
      [id]: { ...premium, tags: { a: 'b' }, properties: { adminUserEnabled: true } },
    });
  });
  afterEach(() => arm.close());

  const call = (method: string, path: string, body?: unknown) => arm.call(method, `${path}${version}`, body);
  const properties = async () => (await call('GET', id)).body.properties;

  test('change their rules by PATCH, an operation that leaves the rest alone', async () => {
    expect(await properties()).toMatchObject({ loginServer: 'acme1.azurecr.io', dataEndpointHostNames: [] });
    const patched = await call('PATCH', id, { properties: ruleSet(['20.0.0.0/24', '20.0.1.1']) });
    expect(patched.status).toBe(200);
    expect(patched.headers.get('azure-asyncoperation')).toContain(
      '/providers/Microsoft.ContainerRegistry/locations/westus/operations/',
    );
    expect(await properties()).toMatchObject({ provisioningState: 'Updating' });
    expect(await arm.refused('PATCH', `${id}${version}`, { tags: {} })).toBe('409 AnotherOperationInProgress');
    arm.passMs(1000);
    expect((await call('GET', id)).body).toMatchObject({
      ...premium,
      tags: { a: 'b' },
      properties: { provisioningState: 'Succeeded', adminUserEnabled: true, ...ruleSet(['20.0.0.0/24', '20.0.1.1']) },
    });
    // A list is written whole.
    await call('PATCH', id, { properties: ruleSet(['20.0.2.0/24']) });
    expect(await properties()).toMatchObject(ruleSet(['20.0.2.0/24']));
  });

  test('show and keep virtual network rules in the versions that know them', async () => {
    const known = '?api-version=2021-08-01-preview';
    const rules = [{ action: 'Allow', virtualNetworkSubnetResourceId: '/subnets/a' }];
    const withRules = { properties: { networkRuleSet: { defaultAction: 'Deny', virtualNetworkRules: rules } } };
    const found = async (query: string) => {
      const { properties: shown } = (await arm.call('GET', `${id}${query}`)).body;
      return (shown as { networkRuleSet: { virtualNetworkRules?: unknown } }).networkRuleSet.virtualNetworkRules;
    };
    await arm.call('PATCH', `${id}${known}`, withRules);
    arm.passMs(1000);
    expect([await found(known), await found(version)]).toEqual([rules, undefined]);
    // What does not touch the rule set leaves it alone.
    await call('PATCH', id, { tags: { c: 'd' } });
    arm.passMs(1000);
    expect(await found(known)).toEqual(rules);
    await call('PATCH', id, { properties: ruleSet(['20.0.0.1']) });
    arm.passMs(1000);
    expect(await found(known)).toBeUndefined();
    await call('PATCH', id, withRules);
    arm.passMs(1000);
    expect(await found(known)).toBeUndefined();
  });

  test('name a data endpoint for each region once they are switched on', async () => {
    await arm.control('PUT', 'resources', { [`${id}/replications/eastus`]: { location: 'eastus', properties: {} } });
    await call('PATCH', id, { properties: { dataEndpointEnabled: true } });
    expect(await properties()).toMatchObject({
      dataEndpointHostNames: ['acme1.westus.data.azurecr.io', 'acme1.eastus.data.azurecr.io'],
    });
    expect((await call('GET', `${id}/replications`)).body.value).toMatchObject([
      { name: 'eastus', location: 'eastus' },
    ]);
    const hosts = { loginServer: 'acme1-h4sh.azurecr.io', dataEndpointHostNames: ['x.azurecr.io'] };
    await arm.control('PUT', 'resources', {
      [id]: { ...premium, properties: { dataEndpointEnabled: true, ...hosts } },
    });
    expect(await properties()).toMatchObject(hosts);
  });

  test.each([
    ['201 rules', ruleSet(Array.from({ length: 201 }, (_, n) => `20.0.0.${n}`)), 'QuotaExceeded'],
    ['IPv6', ruleSet(['2001:db8::/32'])],
    ['a range', ruleSet(['20.0.0.1-20.0.0.9'])],
    ['host bits', ruleSet(['20.0.0.1/24'])],
    ['a rule twice', ruleSet(['20.0.0.1', '20.0.0.1'])],
  ])('refuse %s', async (_, body, code = 'InvalidRegistryProperties') => {
    expect(await arm.refused('PATCH', `${id}${version}`, { properties: body })).toBe(`400 ${code}`);
  });

  test('take fewer rules where their quota is lower, and say how many', async () => {
    await arm.control('PUT', 'resources', { quotas: { ipRules: 2 } });
    const three = ruleSet(['20.0.0.1', '20.0.0.2', '20.0.0.3']);
    expect((await call('PATCH', id, { properties: three })).body).toMatchObject({
      error: { message: 'The requested feature IP rule exceeds allowed quota 2 for the SKU Premium.' },
    });
    expect((await call('PATCH', id, { properties: ruleSet(['20.0.0.1', '20.0.0.2']) })).status).toBe(200);
  });

  test('take rules on the SKU Premium only', async () => {
    const body = { location: 'westus', sku: { name: 'Standard' }, properties: ruleSet(['20.0.0.1']) };
    const other = id.replace('acme1', 'acme2');
    expect(await arm.refused('PUT', `${other}${version}`, body)).toBe('400 InvalidRegistryProperties');
    expect((await call('PUT', other, { ...body, properties: {} })).status).toBe(201);
    const full = ruleSet(Array.from({ length: 200 }, (_, n) => `20.0.0.${n}`));
    expect((await call('PATCH', id, { properties: full })).status).toBe(200);
  });
});
