import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulatedArm } from '../../../src/simulator/arm/server.ts';
import { type ArmClient, group, network, startArm } from '../../support/arm-client.ts';

const id = `${network}/ipGroups/g1`;
const written = { location: 'westus', properties: { ipAddresses: ['10.0.0.0/24'] } };

describe('the simulated ARM', () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.close());

  test('wants a token and a known api-version', async () => {
    expect(await arm.refused('GET', id, undefined, { authorization: '' })).toBe('401 AuthenticationFailed');
    expect(await arm.refused('GET', `${id}?x=1`)).toBe('400 MissingApiVersionParameter');
    expect(await arm.refused('GET', `${id}?api-version=latest`)).toBe('400 InvalidApiVersionParameter');
    expect(await arm.refused('GET', `${id}?api-version=2020-01-01`)).toBe('400 NoRegisteredProviderFound');
  });

  test('tells what is missing', async () => {
    expect(await arm.refused('GET', id)).toBe('404 ResourceNotFound');
    const elsewhere = id.replace('rg1', 'rg9');
    expect(await arm.refused('GET', elsewhere)).toBe('404 ResourceGroupNotFound');
    expect(await arm.refused('PUT', elsewhere, written)).toBe('404 ResourceGroupNotFound');
    expect(await arm.refused('GET', `${network}/unheardOf/x`)).toBe('404 InvalidResourceType');
    expect(await arm.refused('GET', `${group.replace('rg1', 'rg9')}?api-version=2021-04-01`)).toBe(
      '404 ResourceGroupNotFound',
    );
    expect(await arm.refused('PUT', id)).toBe('400 InvalidRequestContent');
    const { body } = await arm.call('GET', `${group}?api-version=2021-04-01`);
    expect(body).toMatchObject({
      id: group,
      name: 'rg1',
      location: 'westus',
      properties: { provisioningState: 'Succeeded' },
    });
  });

  test('compares ids without regard to case, and keeps how they were first written', async () => {
    await arm.call('PUT', id, written);
    arm.passMs(1000);
    const { status, body } = await arm.call(
      'PUT',
      id.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'),
      written,
    );
    expect([status, body.id]).toEqual([200, id]);
  });

  test('gives absolute URLs under the address its caller believes in', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'management.azure.com' };
    const { headers: answered } = await arm.call('PUT', id, written, headers);
    expect(answered.get('azure-asyncoperation')).toMatch(/^https:\/\/management\.azure\.com\/subscriptions\//);
  });

  test('holds locks', async () => {
    await arm.call('PUT', id, written);
    arm.passMs(1000);
    await arm.control('PUT', 'resources', { locks: [{ scope: group, level: 'CanNotDelete' }] });
    expect((await arm.call('PUT', id, written)).status).toBe(200);
    expect(await arm.refused('DELETE', id)).toBe('409 ScopeLocked');
    await arm.control('PUT', 'resources', { locks: [{ scope: '/subscriptions/sub1', level: 'ReadOnly' }] });
    expect(await arm.refused('PUT', id, written)).toBe('409 ScopeLocked');
    expect(await arm.refused('PATCH', id, { tags: {} })).toBe('409 ScopeLocked');
    expect((await arm.call('GET', id)).status).toBe(200);
    await arm.control('PUT', 'resources', { locks: [{ scope: id.slice(0, -1), level: 'ReadOnly' }] });
    arm.passMs(1000);
    expect((await arm.call('PUT', id, written)).status).toBe(200);
  });

  test('logs what came in, and forgets it when told to', async () => {
    await arm.call('PUT', id, written);
    await arm.call('GET', id);
    const { body } = await arm.control('GET', 'log');
    expect(body).toEqual([
      {
        at: '2026-11-01T00:00:00.000Z',
        method: 'PUT',
        path: id,
        apiVersion: '2026-01-01',
        status: 201,
        body: written,
        write: true,
      },
      { at: '2026-11-01T00:00:00.000Z', method: 'GET', path: id, apiVersion: '2026-01-01', status: 200, write: false },
    ]);
    await arm.control('DELETE', 'log');
    expect((await arm.control('GET', 'log')).body).toEqual([]);
  });

  test('gives its resources in the form it takes them', async () => {
    const nsg = `${network}/networkSecurityGroups/n1`;
    const securityRules = [{ name: 'r1', properties: { priority: 100, custom: { kept: true } } }];
    await arm.control('PUT', 'resources', {
      [id]: {
        ...written,
        properties: { ...written.properties, provisioningState: 'Failed', firewalls: [{ id: '/f' }] },
      },
      [nsg]: { location: 'westus', properties: { securityRules } },
      locks: [{ scope: id, level: 'ReadOnly' }],
    });
    const { body: before } = await arm.control('GET', 'resources');
    expect(before).toMatchObject({ [id]: { properties: { provisioningState: 'Failed', firewalls: [{ id: '/f' }] } } });
    await arm.control('POST', 'reset');
    expect((await arm.control('GET', 'resources')).body).toEqual({});
    await arm.control('PUT', 'resources', before);
    const { body: after } = await arm.control('GET', 'resources');
    expect(after).toEqual(before);
    await arm.control('PUT', 'resources', { [id]: null });
    expect(await arm.refused('GET', id)).toBe('404 ResourceNotFound');
  });

  test('gives what is under way as it will be, because operations end with the process', async () => {
    const nsg = `${network}/networkSecurityGroups/n1`;
    const other = `${id}-gone`;
    await arm.control('PUT', 'resources', {
      [nsg]: { location: 'westus', properties: { securityRules: [] } },
      [other]: written,
    });
    await arm.call('PUT', id, written);
    await arm.call('DELETE', other);
    await arm.call('PUT', `${nsg}/securityRules/r1`, {
      properties: {
        ...{ protocol: '*', direction: 'Inbound', access: 'Deny', priority: 100, sourcePortRange: '*' },
        ...{ sourceAddressPrefix: '*', destinationAddressPrefix: '*', destinationPortRange: '*' },
      },
    });
    const { text } = await arm.control('GET', 'resources');
    expect(text).not.toMatch(/Updating|Deleting|-gone/);
    expect(JSON.parse(text)).toMatchObject({
      [id]: written,
      [nsg]: { properties: { securityRules: [{ name: 'r1' }] } },
    });
    expect((await arm.call('GET', id)).body.properties).toMatchObject({ provisioningState: 'Updating' });
  });

  test('refuses controls that make no sense', async () => {
    const refused = async (method: string, path: string, body?: unknown) => {
      const { status, body: answer } = await arm.control(method, path, body);
      return `${status} ${String(answer.error)}`;
    };
    expect(await refused('PUT', 'resources', { '/subscriptions/s': {} })).toMatch(/^400 expected the id of a resource/);
    expect(await refused('PUT', 'resources', { [`${network}/networkSecurityGroups/n/securityRules/r`]: {} })).toMatch(
      /^400 /,
    );
    expect(await refused('PUT', 'faults', [{ effect: { statsu: 500 } }])).toMatch(/^400 .*statsu/s);
    expect(await refused('GET', 'faults')).toMatch(/^404 expected one of/);
  });
});

test('tells what is left of the token buckets', async () => {
  const arm = await startArm();
  const written = await arm.call('PUT', id, {});
  const read = await arm.call('GET', id);
  expect(written.headers.get('x-ms-ratelimit-remaining-subscription-writes')).toBe('199');
  expect(read.headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBe('249');
  await arm.close();
});

test('with a secret it answers below that alone, and leads to nothing elsewhere', async () => {
  const arm = await startSimulatedArm({ secret: 'a-secret', operationMs: 1000 });
  const { origin } = new URL(arm.url);
  expect(arm.url).toBe(`${origin}/a-secret`);
  const headers = { authorization: 'Bearer any' };
  const put = (url: string, body: object) => fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  const others = ['', '/', '/-/resources', '/a-secre/-/resources', '/a-secrets/-/resources', `${id}?api-version=x`];
  for (const at of others) {
    const refused = await put(`${origin}${at}`, { [group]: { location: 'westus' } });
    expect([at, refused.status]).toEqual([at, 401]);
    expect(await refused.json()).toMatchObject({ error: { code: 'AuthenticationFailed' } });
  }
  expect(await (await fetch(`${arm.url}/-/resources`)).json()).toEqual({});
  expect((await put(`${arm.url}/-/resources`, { [group]: { location: 'westus' } })).status).toBe(204);
  const created = await put(`${arm.url}${id}?api-version=2026-01-01`, written);
  expect(created.status).toBe(201);
  const operation = created.headers.get('azure-asyncoperation') ?? '';
  expect(operation).toContain(`${arm.url}/subscriptions/`);
  expect(await (await fetch(operation, { headers })).json()).toMatchObject({ status: 'InProgress' });
  await arm.close();
});
