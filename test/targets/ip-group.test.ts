import { describe, expect, it } from 'vitest';
import { ipGroup } from '../../src/targets/ip-group.ts';
import { describeTarget, MARK } from '../contract/target.ts';
import { startArm, type TestArm } from '../fakes/arm.ts';

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/net`;
const CONFIG = { subscriptionId: SUBSCRIPTION, resourceGroup: 'net', name: 'acr', location: 'westus' };
const idOf = (key: string) => `${GROUP}/providers/Microsoft.Network/ipGroups/${key}`;

function group(ipAddresses: readonly string[], mark?: string, more: object = {}) {
  const tags = { team: 'net', ...(mark === undefined ? {} : { 'service-tag-sync': mark }) };
  return { location: 'westus', tags, properties: { ipAddresses, ...more } };
}

describeTarget('ip-group', {
  definition: ipGroup,
  config: CONFIG,
  surroundings: { [GROUP]: { location: 'westus' } },
  family: 'ipv4',
  idOf,
  seed: group,
  changeTo: (entries) => ({ properties: { ipAddresses: entries } }),
  entriesIn: (raw) => (raw as { properties: { ipAddresses: readonly string[] } }).properties.ipAddresses,
  prefixes: ['13.64.0.0/16', '20.33.0.0/24', '40.64.128.0/18', '52.0.0.0/8', '104.40.0.0/17'],
  unitPath: '/ipGroups/acr-1',
});

const idle = new AbortController().signal;
const config = ipGroup.schema.parse(CONFIG) as Parameters<typeof ipGroup.open>[0];

describe('ip-group', () => {
  async function withArm(run: (arm: TestArm) => Promise<void>, options?: { pageSize: number }): Promise<void> {
    const arm = await startArm(options);
    try {
      await arm.seed({ [GROUP]: { location: 'westus' } });
      await run(arm);
    } finally {
      await arm.close();
    }
  }

  const open = (arm: TestArm) =>
    ipGroup.open(config, { mark: MARK, cloud: 'Public', armEndpoint: arm.url, pace: arm.pace, log: () => {} });

  it('finds its groups by number, over all pages, and no others', async () => {
    await withArm(
      async (arm) => {
        const names = ['acr-10', 'ACR-2', 'acr-1', 'acr-01', 'acr-0', 'acr-x', 'acr-1-1', 'acr', 'xacr-3'];
        await arm.seed(Object.fromEntries(names.map((name) => [idOf(name), group(['10.0.0.0/8'])])));
        const { units } = await (await open(arm)).read(idle);
        expect(units.map(({ key }) => key)).toEqual(['acr-1', 'acr-2', 'acr-10']);
      },
      { pageSize: 2 },
    );
  });

  it('reads many groups with one request', async () => {
    await withArm(async (arm) => {
      const seeds = [1, 2, 3].map((number) => [idOf(`acr-${number}`), group([`10.${number}.0.0/16`])]);
      await arm.seed(Object.fromEntries(seeds));
      expect((await (await open(arm)).read(idle)).units).toHaveLength(3);
      expect(await arm.log()).toHaveLength(1);
    });
  });

  it('sends back the raw group without what only Azure writes', async () => {
    await withArm(async (arm) => {
      const firewalls = [{ id: '/firewall' }];
      await arm.seed({ [idOf('acr-1')]: { ...group(['10.0.0.0/8'], 'x', { firewalls }), identity: { kind: 'new' } } });
      await arm.change(idOf('acr-1'), { tags: { 'service-tag-sync': undefined, 'Service-Tag-Sync': MARK } });
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
    await withArm(async (arm) => {
      await arm.seed({ [idOf('acr-1')]: group(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      const version = (await target.read(idle)).units[0]?.version ?? '';
      await arm.change(idOf('acr-1'), { properties: { firewalls: [{ id: '/firewall' }] } });
      await target.write({ key: 'acr-1', family: 'ipv4', action: 'replace', entries: ['11.0.0.0/8'], version }, idle);
      expect(await arm.writes()).toBe(1);
    });
  });

  it('refuses to empty or delete a group', async () => {
    await withArm(async (arm) => {
      await arm.seed({ [idOf('acr-1')]: group(['10.0.0.0/8'], MARK) });
      const target = await open(arm);
      for (const action of ['replace', 'delete'] as const) {
        const change = { key: 'acr-1', family: 'ipv4', action, entries: [] } as const;
        await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'invalid' });
      }
      expect(await arm.log()).toEqual([]);
    });
  });

  it('says that the resource group does not exist', async () => {
    await withArm(async (arm) => {
      await arm.seed({ [GROUP]: null });
      await expect((await open(arm)).read(idle)).rejects.toMatchObject({
        kind: 'invalid',
        code: 'ResourceGroupNotFound',
      });
    });
  });

  it('calls a group without its list unreadable', async () => {
    await withArm(async (arm) => {
      await arm.seed({ [idOf('acr-1')]: { location: 'westus', properties: {} } });
      await expect((await open(arm)).read(idle)).rejects.toMatchObject({ kind: 'unreadable' });
    });
  });

  it('writes one resource group at a time, or what the config calls one lane', () => {
    const other = { ...config, name: 'storage', resourceGroup: 'NET' };
    expect(ipGroup.lane(other)).toBe(ipGroup.lane(config));
    expect(ipGroup.lane({ ...config, resourceGroup: 'hub' })).not.toBe(ipGroup.lane(config));
    expect(ipGroup.lane({ ...config, resourceGroup: 'hub', lane: 'fw' })).toBe(ipGroup.lane({ ...config, lane: 'fw' }));
  });

  it.each([
    [{ subscriptionId: 'abc' }, 'a subscription id such as'],
    [{ name: 'acr-' }, 'the beginning of an IP group name'],
    [{ name: 'x'.repeat(77) }, 'at most 76'],
    [{ resourceGroup: 'net.' }, 'the name of a resource group'],
    [{ location: 'West US' }, 'such as westus'],
    [{ maxGroups: 601 }, '600'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses the config %o', (change, said) => {
    const result = ipGroup.schema.safeParse({ ...CONFIG, ...change });
    expect(result.error?.message).toContain(said);
  });
});
