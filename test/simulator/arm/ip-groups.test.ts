import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ArmClient, network, startArm } from '../../support/arm-client.ts';

const id = `${network}/ipGroups/g1`;
const written = (ipAddresses: readonly string[]) => ({
  location: 'westus',
  tags: { a: 'b' },
  properties: { ipAddresses },
});

describe('IP groups', () => {
  let arm: ArmClient;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.close());

  test('are created by an operation, read back, replaced and deleted', async () => {
    const created = await arm.call('PUT', id, written(['10.0.0.0/24', '10.0.1.1', '10.0.2.1-10.0.2.9']));
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ id, name: 'g1', type: 'Microsoft.Network/ipGroups', tags: { a: 'b' } });
    expect(created.body.properties).toMatchObject({
      provisioningState: 'Updating',
      firewalls: [],
      firewallPolicies: [],
    });
    expect(created.headers.get('retry-after')).toBe('1');
    const poll = created.headers.get('azure-asyncoperation') ?? '';
    expect(poll).toMatch(
      /^http:\/\/127.0.0.1:\d+\/subscriptions\/sub1\/providers\/Microsoft.Network\/locations\/westus\/operations\/[-0-9a-f]+\?api-version=2026-01-01$/,
    );
    expect((await arm.call('GET', poll)).body).toEqual({ status: 'InProgress' });

    arm.passMs(1000);
    expect((await arm.call('GET', poll)).body).toEqual({ status: 'Succeeded' });
    const read = await arm.call('GET', id);
    expect(read.body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      ipAddresses: ['10.0.0.0/24', '10.0.1.1', '10.0.2.1-10.0.2.9'],
    });
    expect(read.body.etag).toMatch(/^W\/"/);

    const replaced = await arm.call('PUT', id, written(['10.9.0.0/24']));
    expect(replaced.status).toBe(200);
    expect(replaced.body.etag).not.toBe(read.body.etag);
    arm.passMs(1000);
    expect((await arm.call('GET', id)).body.properties).toMatchObject({ ipAddresses: ['10.9.0.0/24'] });

    const deleted = await arm.call('DELETE', id);
    expect(deleted.status).toBe(202);
    const result = deleted.headers.get('location') ?? '';
    expect((await arm.call('GET', result)).status).toBe(202);
    expect((await arm.call('GET', id)).body.properties).toMatchObject({ provisioningState: 'Deleting' });
    arm.passMs(1000);
    expect((await arm.call('GET', result)).status).toBe(204);
    expect(await arm.refused('GET', id)).toBe('404 ResourceNotFound');
    expect((await arm.call('DELETE', id)).status).toBe(204);
  });

  test.each([
    ['nothing', [], 'IPGroupsIPAddressCountZero'],
    ['an octet over 255', ['10.0.0.256'], 'InvalidAddressPrefixFormat'],
    ['host bits', ['10.0.0.1/24'], 'InvalidAddressPrefixFormat'],
    ['a length over 32', ['10.0.0.0/33'], 'InvalidAddressPrefixFormat'],
    ['IPv6', ['2001:db8::/32'], 'InvalidAddressPrefixFormat'],
    ['a service tag', ['Storage.WestUS'], 'InvalidAddressPrefixFormat'],
    ['a range the wrong way round', ['10.0.0.9-10.0.0.1'], 'InvalidAddressPrefixFormat'],
    ['the same twice', ['10.0.0.0/24', '10.0.0.0/24'], 'InvalidAddressPrefixFormat'],
    ['5,001 entries', addresses(5001), 'IPGroupsIPAddressCountExceeded'],
  ])('refuse %s', async (_, entries, code) => {
    expect(await arm.refused('PUT', id, written(entries))).toBe(`400 ${code}`);
    expect(await arm.refused('GET', id)).toBe('404 ResourceNotFound');
  });

  test('take 5,000 entries', async () => {
    expect((await arm.call('PUT', id, written(addresses(5000)))).status).toBe(201);
  });

  test('take tags only by PATCH', async () => {
    await arm.call('PUT', id, written(['10.0.0.0/24']));
    arm.passMs(1000);
    const patched = await arm.call('PATCH', id, { tags: { c: 'd' }, properties: { ipAddresses: ['1.1.1.1'] } });
    expect(patched.status).toBe(200);
    expect(patched.body).toMatchObject({ tags: { c: 'd' }, properties: { ipAddresses: ['10.0.0.0/24'] } });
    expect(patched.body.tags).not.toHaveProperty('a');
  });

  test('ignore what only the service writes, and keep it', async () => {
    const firewalls = [{ id: `${network}/azureFirewalls/fw1` }];
    await arm.control('PUT', 'resources', {
      [id]: { location: 'westus', properties: { ipAddresses: ['1.1.1.1'], firewalls } },
    });
    const body = { ...written(['2.2.2.2']), etag: 'x', name: 'other' };
    await arm.call('PUT', id, {
      ...body,
      properties: { ...body.properties, provisioningState: 'Failed', firewalls: [] },
    });
    const { body: read } = await arm.call('GET', id);
    expect(read).toMatchObject({ name: 'g1', properties: { provisioningState: 'Updating', firewalls } });
    expect(read.etag).not.toBe('x');
  });

  test('refuse a second write while the first one runs', async () => {
    await arm.call('PUT', id, written(['10.0.0.0/24']));
    expect(await arm.refused('PUT', id, written(['10.0.1.0/24']))).toBe('409 AnotherOperationInProgress');
    expect(await arm.refused('DELETE', id)).toBe('409 AnotherOperationInProgress');
    expect((await arm.call('PUT', `${network}/ipGroups/g2`, written(['10.0.1.0/24']))).status).toBe(201);
    arm.passMs(1000);
    expect((await arm.call('PUT', id, written(['10.0.1.0/24']))).status).toBe(200);
  });

  test('want a location, and keep it', async () => {
    expect(await arm.refused('PUT', id, { properties: { ipAddresses: ['1.1.1.1'] } })).toBe('400 LocationRequired');
    await arm.call('PUT', id, written(['1.1.1.1']));
    arm.passMs(1000);
    const moved = { ...written(['1.1.1.1']), location: 'East US' };
    expect(await arm.refused('PUT', id, moved)).toBe('409 InvalidResourceLocation');
    expect((await arm.call('PUT', id, { ...moved, location: 'West US' })).status).toBe(200);
  });
});

test('a busy IP group answers 429 where that is asked for', async () => {
  const arm = await startArm({ whenBusy: 429 });
  await arm.call('PUT', id, written(['10.0.0.0/24']));
  expect(await arm.refused('PUT', id, written(['10.0.1.0/24']))).toBe('429 RetryableErrorDueToAnotherOperation');
  await arm.close();
});

test('IP groups are listed a page at a time, by resource group and by subscription', async () => {
  const arm = await startArm({ pageSize: 2 });
  const ids = ['a', 'b', 'c'].map((name) => `${network}/ipGroups/${name}`);
  const elsewhere = `/subscriptions/sub1/resourceGroups/rg2/providers/Microsoft.Network/ipGroups/d`;
  const others = ['/subscriptions/sub2/resourceGroups/rg1/providers/Microsoft.Network/ipGroups/e'];
  for (const one of [...ids, elsewhere, ...others])
    await arm.control('PUT', 'resources', { [one]: written(['1.1.1.1']) });

  const list = async (path: string) => {
    const found: unknown[] = [];
    for (let next: unknown = path; typeof next === 'string'; ) {
      const { body } = await arm.call('GET', next);
      const page = body.value as { id: string }[];
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page.map((one) => one.id));
      next = body.nextLink;
    }
    return found;
  };
  expect(await list(`${network}/ipGroups`)).toEqual(ids);
  expect(await list('/subscriptions/SUB1/providers/Microsoft.Network/ipGroups')).toEqual([...ids, elsewhere]);
  await arm.close();
});

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
}
