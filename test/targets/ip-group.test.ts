import { describe, expect, it } from 'vitest';
import { laneOfFirewall } from '../../src/azure/scope-schema.ts';
import { ipGroup } from '../../src/targets/ip-group.ts';
import type { IpGroupConfig } from '../../src/targets/ip-group-schema.ts';
import { RESOURCE_GROUP, SUBSCRIPTION } from '../contract/kinds/arm-fixture.ts';
import { GROUP_CONFIG, group, idOfGroup, ipGroupFixture } from '../contract/kinds/ip-group.ts';
import { MARK } from '../contract/target/box.ts';
import { describeContract } from '../contract/target/contract.ts';
import { contextOn, type TestArm, withArm } from '../support/arm.ts';

const SCOPE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}`;

describeContract('ip-group', ipGroupFixture);

const idle = new AbortController().signal;
const config = ipGroup.schema.parse(GROUP_CONFIG) as Parameters<typeof ipGroup.open>[0];

describe('ip-group', () => {
  const withScope = (run: (arm: TestArm) => Promise<void>, options?: { pageSize: number }) =>
    withArm({ [SCOPE]: { location: 'westus' } }, run, options);

  const open = (arm: TestArm) => ipGroup.open(config, contextOn(arm, MARK));

  it('finds its groups by number, over all pages, and no others', async () => {
    await withScope(
      async (arm) => {
        const names = ['acr-10', 'ACR-2', 'acr-1', 'acr-01', 'acr-0', 'acr-x', 'acr-1-1', 'acr', 'xacr-3'];
        await arm.seed(Object.fromEntries(names.map((name) => [idOfGroup(name), group(['10.0.0.0/8'])])));
        const { units } = await (await open(arm)).read(idle);
        expect(units.map(({ key }) => key)).toEqual(['acr-1', 'acr-2', 'acr-10']);
      },
      { pageSize: 2 },
    );
  });

  it('reads many groups with one request', async () => {
    await withScope(async (arm) => {
      const seeds = [1, 2, 3].map((number) => [idOfGroup(`acr-${number}`), group([`10.${number}.0.0/16`])]);
      await arm.seed(Object.fromEntries(seeds));
      expect((await (await open(arm)).read(idle)).units).toHaveLength(3);
      expect(await arm.log()).toHaveLength(1);
    });
  });

  it('sends back the raw group without what only Azure writes', async () => {
    await withScope(async (arm) => {
      const firewalls = [{ id: '/firewall' }];
      await arm.seed({
        [idOfGroup('acr-1')]: { ...group(['10.0.0.0/8'], 'x', { firewalls }), identity: { kind: 'new' } },
      });
      await arm.change(idOfGroup('acr-1'), { tags: { 'service-tag-sync': undefined, 'Service-Tag-Sync': MARK } });
      const target = await open(arm);
      const [unit] = (await target.read(idle)).units;
      expect(unit?.mark).toBe(MARK);
      const version = unit?.version ?? '';
      const entries = ['11.0.0.0/8'];
      await target.write({ key: 'acr-1', family: 'ipv4', action: 'replace', entries, version }, idle);
      const put = (await arm.log()).find(({ method }) => method === 'PUT');
      expect(put?.body).toEqual({
        location: 'westus',
        tags: { team: 'net', 'service-tag-sync': MARK },
        identity: { kind: 'new' },
        properties: { ipAddresses: entries },
      });
    });
  });

  it('takes an attached firewall for no change of the list', async () => {
    await withScope(async (arm) => {
      await arm.seed({ [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const version = (await target.read(idle)).units[0]?.version ?? '';
      await arm.change(idOfGroup('acr-1'), { properties: { firewalls: [{ id: '/firewall' }] } });
      await target.write({ key: 'acr-1', family: 'ipv4', action: 'replace', entries: ['11.0.0.0/8'], version }, idle);
      expect(await arm.writes()).toBe(1);
    });
  });

  it('says which group a firewall does not use that uses the others', async () => {
    await withScope(async (arm) => {
      const policy = `${SCOPE}/providers/Microsoft.Network/firewallPolicies/Hub`;
      const used = { firewallPolicies: [{ id: policy }] };
      await arm.seed({
        [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK, used),
        [idOfGroup('acr-2')]: group(['11.0.0.0/8'], MARK),
      });
      const target = await open(arm);
      const { units, behind } = await target.read(idle);
      expect(behind).toEqual([policy.toLowerCase()]);
      expect(units[0]?.unused).toBeUndefined();
      expect(units[1]?.unused).toMatch(/^shard not referenced: .*firewallpolicies\/hub uses other groups .* not acr-2/);
      // Nothing in the group itself is wrong, so nothing is written.
      const [, unit] = units;
      const change = { key: 'acr-2', family: 'ipv4', action: 'replace', entries: unit?.entries ?? [] } as const;
      await target.write({ ...change, version: unit?.version ?? '' }, idle);
      expect(await arm.writes()).toBe(0);
    });
  });

  const policy = `${SCOPE}/providers/Microsoft.Network/firewallPolicies/hub`;
  const named = { policy: 'hub', ruleCollectionGroup: 'ours', collection: 'allow', rule: 'acr' };
  const book = (rules: readonly object[], type = 'Allow') => ({
    properties: { priority: 300, ruleCollections: [{ name: 'allow', action: { type }, rules }] },
  });
  const openRuled = (arm: TestArm) =>
    ipGroup.open(ipGroup.schema.parse({ ...GROUP_CONFIG, rule: named }) as IpGroupConfig, contextOn(arm, MARK));

  it('refuses a collection that denies what a rule in it names', async () => {
    await withScope(async (arm) => {
      await arm.seed({
        [policy]: { location: 'westus', properties: {} },
        [`${policy}/ruleCollectionGroups/ours`]: book([], 'Deny'),
      });
      const { problems } = await (await openRuled(arm)).read(idle);
      expect(problems).toMatchObject([{ code: 'rule-differs', text: expect.stringContaining('got Deny') }]);
    });
  });

  const written = `${policy}/ruleCollectionGroups/ours`;
  const ours = (...keys: string[]) => ({
    name: 'acr',
    description: `[service-tag-sync=${MARK}]`,
    destinationIpGroups: keys.map(idOfGroup),
  });
  const failed = { provisioningState: 'Failed' };

  it('mends what holds its rule, once, where that was left Failed', async () => {
    await withScope(async (arm) => {
      const { properties } = book([ours('acr-1', 'acr-2')]);
      await arm.seed({
        [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK),
        [idOfGroup('acr-2')]: group(['11.0.0.0/8'], MARK),
        [policy]: { location: 'westus', properties: {} },
        [written]: { properties: { ...properties, ...failed } },
      });
      const target = await openRuled(arm);
      const { units, problems } = await target.read(idle);
      const repair = expect.stringMatching(/^az network firewall policy rule-collection-group update .*--name ours /);
      expect(units).toMatchObject([
        { state: 'Failed', repair },
        { state: 'Failed', repair },
      ]);
      expect(problems).toEqual([]);
      for (const { key, entries, version = '' } of units) {
        await target.write({ key, family: 'ipv4', action: 'replace', entries, version }, idle);
      }
      const puts = (await arm.log()).filter(({ write }) => write).map(({ path }) => path.split('/').at(-1));
      expect(puts).toEqual(['ours']);
      const after = await target.read(idle);
      expect(after.units.map(({ state }) => state)).toEqual(['Succeeded', 'Succeeded']);
    });
  });

  it("leaves somebody else's rule, and what holds it, as they are", async () => {
    await withScope(async (arm) => {
      const { properties } = book([{ ...ours('acr-1'), description: 'By hand.' }]);
      await arm.seed({
        [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK),
        [policy]: { location: 'westus', properties: {} },
        [written]: { properties: { ...properties, ...failed } },
      });
      const target = await openRuled(arm);
      const [unit] = (await target.read(idle)).units;
      expect(unit?.state).toBe('Succeeded');
      const { entries = [], version = '' } = unit ?? {};
      await target.write({ key: 'acr-1', family: 'ipv4', action: 'replace', entries, version }, idle);
      expect(await arm.writes()).toBe(0);
    });
  });

  it('writes the rule last where several of its groups were left Failed, and names new ones then', async () => {
    await withScope(async (arm) => {
      const { properties } = book([ours('acr-1', 'acr-3')]);
      await arm.seed({
        [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK, failed),
        [idOfGroup('acr-2')]: group(['11.0.0.0/8'], MARK),
        [idOfGroup('acr-3')]: group(['12.0.0.0/8'], MARK, failed),
        [policy]: { location: 'westus', properties: {} },
        [written]: { properties: { ...properties, ...failed } },
      });
      const target = await openRuled(arm);
      for (const { key, entries, version = '' } of (await target.read(idle)).units) {
        await target.write({ key, family: 'ipv4', action: 'replace', entries, version }, idle);
      }
      const puts = (await arm.log()).filter(({ write }) => write).map(({ path }) => path.split('/').at(-1));
      expect(puts).toEqual(['acr-1', 'acr-3', 'ours']);
      const { units } = await target.read(idle);
      expect(units.map(({ state, unused }) => [state, unused])).toEqual(Array(3).fill(['Succeeded', undefined]));
      expect(arm.slept).toEqual([]);
    });
  });

  it('looks for other rules that name a group in all of a policy, over all pages', async () => {
    await withScope(
      async (arm) => {
        const theirs = { name: 'other', sourceIpGroups: [idOfGroup('acr-2').toUpperCase()] };
        await arm.seed({
          [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK),
          [idOfGroup('acr-2')]: group(['11.0.0.0/8'], MARK),
          [policy]: { location: 'westus', properties: {} },
          ...Object.fromEntries(
            ['a', 'ours', 'x', 'y'].map((name) => [`${policy}/ruleCollectionGroups/${name}`, book([])]),
          ),
          [`${policy}/ruleCollectionGroups/z`]: book([theirs]),
        });
        await arm.clearLog();
        const { units } = await (await openRuled(arm)).read(idle);
        expect(units.map(({ key, mustStay = false }) => [key, mustStay])).toEqual([
          ['acr-1', false],
          ['acr-2', true],
        ]);
        // One page of groups and three of the policy's books.
        expect((await arm.log()).map(({ path }) => path.split('/').at(-1))).toEqual([
          'ipGroups',
          ...Array(3).fill('ruleCollectionGroups'),
        ]);
      },
      { pageSize: 2 },
    );
  });

  it.each([
    ['rule collection group', { [policy]: { location: 'westus', properties: {} } }],
    ['policy', {}],
  ])('says that the %s does not exist into which the rule goes', async (_, there) => {
    await withScope(async (arm) => {
      await arm.seed(there);
      await expect((await openRuled(arm)).read(idle)).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringMatching(/^The rule collection group ours of firewall policy hub .* does not exist/),
      });
    });
  });

  it('refuses to empty or delete a group', async () => {
    await withScope(async (arm) => {
      await arm.seed({ [idOfGroup('acr-1')]: group(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      for (const action of ['replace', 'delete'] as const) {
        const change = { key: 'acr-1', family: 'ipv4', action, entries: [] } as const;
        await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'invalid' });
      }
      expect(await arm.log()).toEqual([]);
    });
  });

  it('says that the resource group does not exist', async () => {
    await withScope(async (arm) => {
      await arm.seed({ [SCOPE]: null });
      await expect((await open(arm)).read(idle)).rejects.toMatchObject({
        kind: 'invalid',
        code: 'ResourceGroupNotFound',
      });
    });
  });

  it('calls a group without its list unreadable', async () => {
    await withScope(async (arm) => {
      await arm.seed({ [idOfGroup('acr-1')]: { location: 'westus', properties: {} } });
      await expect((await open(arm)).read(idle)).rejects.toMatchObject({ kind: 'unreadable' });
    });
  });

  it('writes one resource group at a time, or what the config calls one lane', () => {
    const other = { ...config, name: 'storage', resourceGroup: 'NET' };
    expect(ipGroup.lane(other)).toBe(ipGroup.lane(config));
    expect(ipGroup.lane({ ...config, resourceGroup: 'hub' })).not.toBe(ipGroup.lane(config));
    expect(ipGroup.lane({ ...config, resourceGroup: 'hub', lane: 'fw' })).toBe(ipGroup.lane({ ...config, lane: 'fw' }));
  });

  it('shares a lane with everything that writes to the firewall of its rule', () => {
    const rule = { policy: 'Hub', ruleCollectionGroup: 'apps', collection: 'allow', rule: 'acr' };
    const parse = (change: object) => ipGroup.schema.parse({ ...GROUP_CONFIG, ...change }) as typeof config;
    const place = { subscriptionId: SUBSCRIPTION, resourceGroup: 'net' };
    expect(ipGroup.lane(parse({ rule }))).toBe(laneOfFirewall({ ...place, policy: 'hub' }));
    const elsewhere = { ...rule, resourceGroup: 'hub' };
    expect(ipGroup.lane(parse({ rule: elsewhere }))).toBe(
      laneOfFirewall({ ...place, resourceGroup: 'hub', policy: 'hub' }),
    );
  });

  it('spreads the targets of a lane over as many slots as asked for, each always the same', () => {
    const lanes = (parallel: number) =>
      Array.from({ length: 200 }, (_, i) => ipGroup.lane({ ...config, name: `list-${i}`, parallel }));
    expect(new Set(lanes(1)).size).toBe(1);
    expect(new Set(lanes(20)).size).toBe(20);
    expect(lanes(20)).toEqual(lanes(20));
  });

  it.each([
    [{ rule: { collection: 'a', rule: 'b' } }, 'either `policy`'],
    [{ rule: { collection: 'a', rule: 'b', policy: 'p' } }, 'either `policy`'],
    [{ rule: { collection: 'a', rule: 'b', policy: 'p', ruleCollectionGroup: 'g', firewall: 'f' } }, 'either `policy`'],
    [{ parallel: 21 }, '20'],
    [{ subscriptionId: 'abc' }, 'a subscription id such as'],
    [{ name: 'acr-' }, 'the beginning of an IP group name'],
    [{ name: 'x'.repeat(77) }, 'at most 76'],
    [{ resourceGroup: 'net.' }, 'the name of a resource group'],
    [{ location: 'West US' }, 'such as westus'],
    [{ maxGroups: 10_001 }, '10000'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses the config %o', (change, said) => {
    const result = ipGroup.schema.safeParse({ ...GROUP_CONFIG, ...change });
    expect(result.error?.message).toContain(said);
  });
});
