import { describe, expect, it } from 'vitest';
import type { UnitChange } from '../../src/core/plan/live.ts';
import { nsg } from '../../src/targets/nsg.ts';
import { idOfRule, NSG, NSG_CONFIG, nsgFixture, securityRule } from '../contract/kinds/nsg.ts';
import { MARK } from '../contract/target/box.ts';
import { describeContract } from '../contract/target/contract.ts';
import { contextOn, type TestArm, withArm } from '../support/arm.ts';

describeContract('nsg', nsgFixture);

const idle = new AbortController().signal;
type Config = Parameters<typeof nsg.open>[0];
const parse = (change: object = {}) => nsg.schema.parse({ ...NSG_CONFIG, ...change }) as Config;

describe('nsg', () => {
  const withGroup = (run: (arm: TestArm) => Promise<void>) =>
    withArm({ [NSG]: { location: 'westus', properties: {} } }, run);

  const open = (arm: TestArm, change: object = {}, log: (text: string) => void = () => {}) =>
    nsg.open(parse(change), contextOn(arm, MARK, log));

  const replace = (key: string, entries: readonly string[], version: string | undefined): UnitChange => ({
    key,
    family: key.endsWith('ipv6') ? 'ipv6' : 'ipv4',
    action: 'replace',
    entries,
    ...(version === undefined ? {} : { version }),
  });

  it('writes both rules on one reading, though they share an etag', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule(['10.0.0.0/8'], MARK) });
      await arm.seed({ [idOfRule('acr-ipv6')]: securityRule(['2603:1000::/24'], MARK, { priority: 211 }) });
      const target = await open(arm);
      const { units } = await target.read(idle);
      expect(units.map(({ key }) => key)).toEqual(['acr-ipv4', 'acr-ipv6']);
      expect(await arm.log()).toHaveLength(1);
      await target.write(replace('acr-ipv4', ['11.0.0.0/8'], units[0]?.version), idle);
      await target.write(replace('acr-ipv6', ['2603:1100::/24'], units[1]?.version), idle);
      const after = await target.read(idle);
      expect(after.units.map(({ entries }) => entries)).toEqual([['11.0.0.0/8'], ['2603:1100::/24']]);
      expect(await arm.writes()).toBe(2);
      const after4 = await arm.resource(idOfRule('acr-ipv4'));
      expect(after4).toMatchObject({ properties: { description: `By hand. [service-tag-sync=${MARK}]` } });
    });
  });

  it('looks three times to change one rule: for the plan, before the write, and to read it back', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const [unit] = (await target.read(idle)).units;
      await target.write(replace('acr-ipv4', ['11.0.0.0/8'], unit?.version), idle);
      expect((await target.read(idle)).units).toMatchObject([{ entries: ['11.0.0.0/8'], state: 'Succeeded' }]);
      const looks = (await arm.log()).filter(({ method, path }) => method === 'GET' && !path.includes('/operation'));
      expect(looks.map(({ path }) => path.split('?')[0])).toEqual([NSG, idOfRule('acr-ipv4'), NSG]);
    });
  });

  it('is stopped by If-Match when somebody writes between its look and its write', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const [unit] = (await target.read(idle)).units;
      const merge = { properties: { destinationAddressPrefixes: ['12.0.0.0/8'] } };
      await arm.fail([{ match: { method: 'PUT' }, effect: { foreign: { id: idOfRule('acr-ipv4'), merge } } }]);
      const change = replace('acr-ipv4', ['11.0.0.0/8'], unit?.version);
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict', status: 412 });
      expect((await target.read(idle)).units[0]?.entries).toEqual(['12.0.0.0/8']);
    });
  });

  it('takes a rule turned round since the read for changed, though it lists the same', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const [unit] = (await target.read(idle)).units;
      await arm.change(idOfRule('acr-ipv4'), { properties: { access: 'Deny' } });
      const change = replace('acr-ipv4', ['11.0.0.0/8'], unit?.version);
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
    });
  });

  it('waits until the whole group is settled', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [NSG]: { location: 'westus', properties: { provisioningState: 'Updating' } } });
      const merge = { properties: { provisioningState: 'Succeeded' } };
      await arm.fail([{ match: { method: 'GET', nth: 2 }, effect: { foreign: { id: NSG, merge } } }]);
      expect((await (await open(arm)).read(idle)).problems).toEqual([]);
      expect(arm.slept).toEqual([375]);
    });
  });

  it('reports a failed group as a problem', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [NSG]: { location: 'westus', properties: { provisioningState: 'Failed' } } });
      expect((await (await open(arm)).read(idle)).problems).toMatchObject([{ code: 'nsg-failed' }]);
    });
  });

  it('mends a group that a failed write of its own rule left Failed', async () => {
    await withGroup(async (arm) => {
      const target = await open(arm);
      const change = { key: 'acr-ipv4', family: 'ipv4', entries: ['10.0.0.0/8'] } as const;
      await arm.fail([{ match: { method: 'PUT' }, effect: { operation: 'Failed' } }]);
      await expect(target.write({ ...change, action: 'create' }, idle)).rejects.toThrow('InternalServerError');
      expect(await arm.resource(NSG)).toMatchObject({ properties: { provisioningState: 'Failed' } });
      const { units, problems } = await target.read(idle);
      expect(units).toMatchObject([{ state: 'Failed' }]);
      expect(problems).toEqual([]);
      const { version = '' } = units[0] ?? {};
      await target.write({ ...change, action: 'replace', version }, idle);
      expect(await target.read(idle)).toMatchObject({ units: [{ state: 'Succeeded' }], problems: [] });
      expect(await arm.resource(NSG)).toMatchObject({ properties: { provisioningState: 'Succeeded' } });
    });
  });

  it('deletes its rule, twice without harm, and only as it was read', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const version = (await target.read(idle)).units[0]?.version ?? '';
      const change = { key: 'acr-ipv4', family: 'ipv4', action: 'delete', entries: [] } as const;
      await expect(target.write({ ...change, version: 'other' }, idle)).rejects.toMatchObject({ kind: 'conflict' });
      await target.write({ ...change, version }, idle);
      await target.write({ ...change, version }, idle);
      expect((await target.read(idle)).units).toEqual([]);
      expect(target.writes).toBe(1);
    });
  });

  it('ends well when the answer to a delete is lost', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const version = (await target.read(idle)).units[0]?.version ?? '';
      await arm.fail([{ match: { method: 'DELETE' }, effect: { drop: 'after' } }]);
      await target.write({ key: 'acr-ipv4', family: 'ipv4', action: 'delete', entries: [], version }, idle);
      expect((await target.read(idle)).units).toEqual([]);
      expect(await arm.writes()).toBe(1);
    });
  });

  it('creates rules as the config says', async () => {
    await withGroup(async (arm) => {
      const target = await open(arm, {
        ports: ['443', '8443'],
        otherSide: ['10.1.0.0/16', 'fd00::/8'],
        priorityIPv6: 300,
      });
      await target.write({ key: 'acr-ipv4', family: 'ipv4', action: 'create', entries: ['13.64.0.0/16'] }, idle);
      const entries = ['2603:1000::/24'];
      const v6 = await open(arm, { direction: 'Inbound', access: 'Deny', otherSide: ['*'], protocol: '*' });
      await v6.write({ key: 'acr-ipv6', family: 'ipv6', action: 'create', entries }, idle);
      const puts = (await arm.log()).filter(({ method }) => method === 'PUT');
      const description = 'Kept in step with published Service Tags [service-tag-sync=test/box]';
      expect(puts.map(({ body }) => body)).toEqual([
        {
          properties: {
            description,
            protocol: 'Tcp',
            access: 'Allow',
            direction: 'Outbound',
            priority: 200,
            sourcePortRange: '*',
            destinationPortRanges: ['443', '8443'],
            sourceAddressPrefix: '10.1.0.0/16',
            destinationAddressPrefixes: ['13.64.0.0/16'],
          },
        },
        {
          properties: {
            description,
            protocol: '*',
            access: 'Deny',
            direction: 'Inbound',
            priority: 201,
            sourcePortRange: '*',
            destinationPortRange: '443',
            sourceAddressPrefixes: entries,
            destinationAddressPrefix: '*',
          },
        },
      ]);
    });
  });

  it('gives the two rules priorities apart, also at the end of the range', async () => {
    await withGroup(async (arm) => {
      const target = await open(arm, { priority: 4096 });
      const entries = ['2603:1000::/24'];
      await target.write({ key: 'acr-ipv6', family: 'ipv6', action: 'create', entries }, idle);
      const put = (await arm.log()).find(({ method }) => method === 'PUT');
      expect(put?.body).toMatchObject({ properties: { priority: 4095 } });
    });
  });

  it('says what a rule of a family lacks before it asks Azure', async () => {
    await withGroup(async (arm) => {
      const target = await open(arm, { otherSide: ['10.1.0.0/16'] });
      const entries = ['2603:1000::/24'];
      const written = target.write({ key: 'acr-ipv6', family: 'ipv6', action: 'create', entries }, idle);
      await expect(written).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining('expected an IPv6 address in `otherSide` of the config, got 10.1.0.0/16'),
      });
      expect(await arm.writes()).toBe(0);
    });
  });

  it('takes over a rule with a single prefix and keeps the words of its author', async () => {
    await withGroup(async (arm) => {
      const words = `Asked for by the network team. ${'x'.repeat(100)}`;
      const single = { destinationAddressPrefix: '10.0.0.0/8', description: words };
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule([], undefined, single) });
      const target = await open(arm);
      const { units, problems } = await target.read(idle);
      expect(problems).toEqual([]);
      expect(units).toMatchObject([{ entries: ['10.0.0.0/8'] }]);
      await target.write(replace('acr-ipv4', ['10.0.0.0/8', '11.0.0.0/8'], units[0]?.version), idle);
      const put = (await arm.log()).find(({ method }) => method === 'PUT')?.body as { properties: object };
      expect(put.properties).not.toHaveProperty('destinationAddressPrefix');
      const { description } = put.properties as { description: string };
      expect(description.length).toBeLessThanOrEqual(140);
      expect(description).toMatch(/^Asked for by the network team\. x+ \[service-tag-sync=test\/box\]$/);
      expect((await target.read(idle)).units).toMatchObject([{ entries: ['10.0.0.0/8', '11.0.0.0/8'], mark: MARK }]);
    });
  });

  it.each([
    [{ destinationAddressPrefix: '*' }, 'rule-not-a-list', '"*"'],
    [{ destinationAddressPrefix: 'Storage.WestUS' }, 'rule-not-a-list', '"Storage.WestUS"'],
    [{ destinationAddressPrefix: 'Dead.Beef' }, 'rule-not-a-list', '"Dead.Beef"'],
    [{ destinationAddressPrefixes: ['2603:1000::/24'] }, 'rule-not-a-list', '"2603:1000::/24"'],
    [{ destinationApplicationSecurityGroups: [{ id: '/x' }] }, 'rule-not-a-list', 'application security groups'],
    [{ destinationAddressPrefixes: ['10.0.0.0/8'], access: 'Deny' }, 'rule-differs', 'access Allow, got Deny'],
    [{ destinationAddressPrefixes: ['10.0.0.0/8'], direction: 'Inbound' }, 'rule-differs', 'direction Outbound'],
  ])('reports a rule with %o as a problem', async (more, code, said) => {
    await withGroup(async (arm) => {
      await arm.seed({ [idOfRule('acr-ipv4')]: securityRule([], undefined, more) });
      const { units, problems } = await (await open(arm)).read(idle);
      expect(problems).toMatchObject([{ code, text: expect.stringContaining(said) }]);
      expect(units).toHaveLength(1);
      for (const entry of units[0]?.entries ?? []) expect(entry).toMatch(/^[0-9a-f.:]+\/\d+$/);
    });
  });

  it('says that the group does not exist, and never creates it', async () => {
    await withGroup(async (arm) => {
      await arm.seed({ [NSG]: null });
      const target = await open(arm);
      await expect(target.read(idle)).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining('create it'),
      });
      const change = { key: 'acr-ipv4', family: 'ipv4', action: 'create', entries: ['10.0.0.0/8'] } as const;
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'invalid' });
      expect(await arm.resource(NSG)).toBeUndefined();
    });
  });

  it('warns when the group comes near its limit of addresses', async () => {
    await withGroup(async (arm) => {
      const many = Array.from({ length: 4_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
      await arm.seed({ [idOfRule('other')]: securityRule(many) });
      const warnings: string[] = [];
      await (await open(arm, {}, (text) => warnings.push(text))).read(idle);
      expect(warnings).toEqual(['a network security group comes near its limit of addresses']);
    });
  });

  it('refuses a mark that does not fit into a description', async () => {
    const context = { mark: `i/${'t'.repeat(120)}`, cloud: 'Public', log: () => {} };
    await expect(nsg.open(parse(), context)).rejects.toThrow('at most 120 characters');
  });

  it('writes one group at a time', () => {
    expect(nsg.lane(parse({ rule: 'storage', nsg: 'BUILD' }))).toBe(nsg.lane(parse()));
    expect(nsg.lane(parse({ nsg: 'other' }))).not.toBe(nsg.lane(parse()));
  });

  it.each([
    [{ priority: 99 }, 'a priority from 100 to 4096'],
    [{ priority: 200, priorityIPv6: 200 }, 'another priority'],
    [{ ports: ['http'] }, 'a port such as'],
    [{ direction: 'Out' }, 'Outbound'],
    [{ otherSide: ['VirtualNetwork', '10.0.0.0/8'] }, 'one service tag'],
    [{ nsg: undefined }, 'nsg'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses the config %o', (change, said) => {
    expect(nsg.schema.safeParse({ ...NSG_CONFIG, ...change }).error?.message).toContain(said);
  });
});
