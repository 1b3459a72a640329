import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ArmClient, group, network, startArm } from '../../support/arm-client.ts';

const id = `${network}/ipGroups/g1`;
const body = (address: string) => ({ location: 'westus', properties: { ipAddresses: [address] } });

describe('fault rules', () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await startArm();
    await arm.control('PUT', 'resources', { [id]: body('10.0.0.0') });
  });
  afterEach(() => arm.close());

  const faults = async (...rules: readonly object[]) => {
    const { status, text } = await arm.control('PUT', 'faults', rules);
    expect(`${status} ${text}`).toBe('204 ');
  };
  const addresses = async () => ((await arm.call('GET', id)).body.properties as { ipAddresses: string[] }).ipAddresses;
  const statuses = async (paths: readonly string[], method = 'GET') => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await arm.call(method, path)).status);
    return seen;
  };

  test('answer in place of ARM, with code and headers, as often as told', async () => {
    const effect = { status: 429, code: 'TooManyRequests', message: 'slow', headers: { 'retry-after': '7' } };
    await faults({ match: { method: 'put' }, times: 2, effect });
    expect(await statuses([id])).toEqual([200]);
    const { status, headers, body: answer } = await arm.call('PUT', id, body('10.0.0.9'));
    expect([status, headers.get('retry-after'), answer]).toEqual([
      429,
      '7',
      { error: { code: 'TooManyRequests', message: 'slow' } },
    ]);
    expect((await arm.call('PUT', id, body('10.0.0.9'))).status).toBe(429);
    expect(await addresses()).toEqual(['10.0.0.0']);
    expect((await arm.call('PUT', id, body('10.0.0.9'))).status).toBe(200);
  });

  test('are used up in their order, one a request', async () => {
    await faults({ effect: { status: 500 } }, { effect: { status: 503 } });
    expect(await statuses([id, id, id])).toEqual([500, 503, 200]);
  });

  test('strike by path and from the nth request on', async () => {
    await faults({ match: { pathIncludes: 'IPGROUPS/g1', nth: 2 }, times: 2, effect: { status: 500 } });
    expect(await statuses([`${network}/ipGroups/g2`, id, id, id, id])).toEqual([404, 200, 500, 500, 200]);
    await faults({ effect: { status: 500 } });
    await arm.control('DELETE', 'faults');
    expect(await statuses([id])).toEqual([200]);
  });

  test('cut the connection before the request acts, or after', async () => {
    await faults({ match: { method: 'PUT' }, effect: { drop: 'before' } });
    await expect(arm.call('PUT', id, body('10.0.0.1'))).rejects.toThrow('fetch failed');
    expect(await addresses()).toEqual(['10.0.0.0']);
    await faults({ match: { method: 'PUT' }, effect: { drop: 'after' } });
    await expect(arm.call('PUT', id, body('10.0.0.1'))).rejects.toThrow('fetch failed');
    expect(await addresses()).toEqual(['10.0.0.1']);
    const { body: log } = await arm.control('GET', 'log');
    expect((log as unknown as { status: number | null }[]).map(({ status }) => status)).toEqual([null, 200, null, 200]);
  });

  test('let an operation fail, and take back what it wrote if told to', async () => {
    const effect = { operation: 'Failed', code: 'IpGroupsUpdateFailed', message: 'no' };
    await faults(
      { match: { method: 'PUT' }, effect },
      { match: { method: 'PUT' }, effect: { ...effect, revert: true } },
    );
    for (const [wrote, left] of [
      ['10.0.0.1', '10.0.0.1'],
      ['10.0.0.2', '10.0.0.1'],
    ] as const) {
      const started = await arm.call('PUT', id, body(wrote));
      arm.passMs(1000);
      const { body: status } = await arm.call('GET', started.headers.get('azure-asyncoperation') ?? '');
      expect(status).toMatchObject({ status: 'Failed', error: { code: 'IpGroupsUpdateFailed', message: 'no' } });
      expect((await arm.call('GET', id)).body.properties).toMatchObject({
        provisioningState: 'Failed',
        ipAddresses: [left],
      });
    }
    await arm.call('PUT', id, body('10.0.0.3'));
    arm.passMs(1000);
    expect((await arm.call('GET', id)).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
  });

  describe('that leave what was written Failed', () => {
    const policy = `${network}/firewallPolicies/p`;
    const firewall = `${network}/azureFirewalls/f`;
    const nsg = `${network}/networkSecurityGroups/n`;
    const under = { location: 'westus', properties: { firewallPolicy: { id: policy } } };
    const rule = {
      priority: 100,
      direction: 'Outbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourcePortRange: '*',
      destinationPortRange: '443',
      sourceAddressPrefix: '*',
      destinationAddressPrefix: '10.0.0.0/8',
    };
    const sku = { name: 'Premium' };
    const registry = {
      location: 'westus',
      sku,
      properties: { networkRuleSet: { ipRules: [{ value: '10.0.0.0/8' }] } },
    };
    const collections = { properties: { priority: 100, ruleCollections: [] } };

    const empty = { location: 'westus', properties: {} };
    const kinds: readonly (readonly [id: string, method: string, body: object, besides: string | undefined])[] = [
      [id, 'PUT', body('10.0.0.9'), undefined],
      [policy, 'PUT', empty, firewall],
      [`${policy}/ruleCollectionGroups/g`, 'PUT', collections, firewall],
      [firewall, 'PUT', under, undefined],
      [nsg, 'PUT', empty, undefined],
      [`${nsg}/securityRules/r`, 'PUT', { properties: rule }, nsg],
      [`${group}/providers/Microsoft.ContainerRegistry/registries/contoso`, 'PATCH', registry, undefined],
    ];
    const codes = ['AnotherOperationInProgress', 'IpGroupsUpdateFailed', 'InternalServerError'];
    const cases = kinds.flatMap((kind) => codes.map((code) => [kind[0].replace(group, ''), code, kind] as const));

    test.each(cases)('%s, with %s, until it is written again', async (_, code, [written, method, sent, besides]) => {
      const version = written.includes('ContainerRegistry') ? '?api-version=2025-11-01' : '';
      await arm.control('PUT', 'resources', { [policy]: empty, [firewall]: under, [nsg]: empty });
      if (method === 'PATCH') await arm.control('PUT', 'resources', { [written]: registry });
      const state = async (of: string) => {
        const { properties } = (await arm.call('GET', `${of}${version}`)).body;
        return (properties as { provisioningState: string }).provisioningState;
      };
      const write = async () => {
        const { headers } = await arm.call(method, `${written}${version}`, sent);
        arm.passMs(1000);
        return (await arm.call('GET', headers.get('azure-asyncoperation') ?? '')).body;
      };
      const effect = { operation: 'Failed', code };
      await faults({ match: { method }, effect: { ...effect, alone: true } }, { match: { method }, effect });
      expect(await write()).toMatchObject({ status: 'Failed', error: { code } });
      expect(await state(written)).toBe('Failed');
      if (besides) expect(await state(besides)).toBe('Succeeded');
      expect(await write()).toMatchObject({ status: 'Failed', error: { code } });
      if (besides) expect(await state(besides)).toBe('Failed');
      // A Failed firewall is mended by a write of its own.
      if (besides === firewall) await arm.control('PUT', 'resources', { [firewall]: under });
      expect(await write()).toEqual({ status: 'Succeeded' });
      expect(await state(written)).toBe('Succeeded');
    });
  });

  test('keep a resource whose deletion fails', async () => {
    await faults({ match: { method: 'DELETE' }, effect: { operation: 'Canceled', code: 'X' } });
    const { headers } = await arm.call('DELETE', id);
    arm.passMs(1000);
    expect(await arm.refused('GET', headers.get('location') ?? '')).toBe('409 X');
    expect(await addresses()).toEqual(['10.0.0.0']);
  });

  test('bring a foreign change just before a request is served', async () => {
    const { body: before } = await arm.call('GET', id);
    const merge = { tags: { by: 'them' }, properties: { ipAddresses: ['10.9.9.9'] } };
    await faults({ match: { method: 'GET' }, effect: { foreign: { id, merge } } });
    const { body: after } = await arm.call('GET', id);
    expect(after).toMatchObject({ ...merge, properties: { provisioningState: 'Succeeded', ...merge.properties } });
    expect(after.etag).not.toBe(before.etag);
    await faults({ effect: { foreign: { id, merge: null } } });
    expect(await statuses([id])).toEqual([404]);
  });

  test('delay an answer', async () => {
    await faults({ effect: { delayMs: 40, status: 500 } });
    const from = performance.now();
    expect(await statuses([id])).toEqual([500]);
    expect(performance.now() - from).toBeGreaterThanOrEqual(39);
  });
});
