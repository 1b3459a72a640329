import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../fakes/catalog.ts';
import { openWorld, type World } from './world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}`;
const network = `${group}/providers/Microsoft.Network`;
const policy = `${network}/firewallPolicies/hub`;
const hubFirewall = `${network}/azureFirewalls/hub-fw`;
const classic = `${network}/azureFirewalls/branch`;
const rules = (name: string) => `${policy}/ruleCollectionGroups/${name}`;
const collection = {
  ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
  name: 'allow',
  priority: 100,
  action: { type: 'Allow' },
  rules: [],
};
const rule = { collection: 'allow', rule: 'acr' };
const surroundings = {
  [policy]: { location: 'westus', properties: {} },
  [rules('direct')]: { properties: { priority: 300, ruleCollections: [collection] } },
  [rules('groups')]: { properties: { priority: 400, ruleCollections: [collection] } },
  [hubFirewall]: { location: 'westus', properties: { firewallPolicy: { id: policy } } },
  [classic]: {
    location: 'westus',
    properties: {
      networkRuleCollections: [{ name: 'allow', properties: { priority: 100, action: { type: 'Allow' }, rules: [] } }],
    },
  },
};

/** Every kind that writes to Azure, each in the ways it can be set up. */
const targets = {
  'ip-group': { kind: 'ip-group', name: 'plain', location: 'westus' },
  'ip-group with its rule': {
    kind: 'ip-group',
    name: 'ruled',
    location: 'westus',
    entriesPerGroup: 2,
    rule: { ...rule, policy: 'hub', ruleCollectionGroup: 'groups' },
  },
  'ip-group with its rule in a classic firewall': {
    kind: 'ip-group',
    name: 'branch',
    location: 'westus',
    rule: { ...rule, rule: 'groups', firewall: 'branch' },
  },
  'firewall-policy': { kind: 'firewall-policy', ...rule, policy: 'hub', ruleCollectionGroup: 'direct' },
  'azure-firewall': { kind: 'azure-firewall', ...rule, firewall: 'branch' },
  nsg: { kind: 'nsg', nsg: 'nsg-build', rule: 'acr', priority: 200 },
};
const idOf = (name: string) => name.replaceAll(' ', '-').slice(0, 32).replace(/-$/, '');
const names = Object.keys(targets) as (keyof typeof targets)[];

const start = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
const grown = [...start, '20.0.6.0/24', '20.0.8.0/24'];

function config(only: readonly string[] = names, more: { list?: object; target?: object } = {}) {
  const chosen = Object.entries(targets).filter(([name]) => only.includes(name));
  return {
    lists: { west: { tags: ['Storage.WestUS'], ...more.list } },
    targets: Object.fromEntries(
      chosen.map(([name, one]) => [idOf(name), { mode: 'sync', list: 'west', ...place, ...one, ...more.target }]),
    ),
  };
}

const never = (prefix: string) => ({ prefix, reason: 'not wanted', owner: 'network team' });

let folder: string;
let world: World;
const file = (number: number) => join(folder, `ServiceTags_Public_2024011${number - 200}.json`);
const publish = (number: number, day: number) =>
  world.set({ publication: file(number), now: `2024-01-${day}T12:00:00Z` });
const puts = async () => (await world.writes()).filter(({ method }) => method === 'PUT');

async function requests(): Promise<readonly { method: string; path: string }[]> {
  return (await (await fetch(`${world.arm}/-/log`)).json()) as { method: string; path: string }[];
}

async function raw(id: string): Promise<{ properties: Record<string, unknown> } | undefined> {
  const answer = await fetch(`${world.arm}${id}?api-version=2026-01-01`, { headers: { authorization: 'Bearer test' } });
  return answer.ok ? ((await answer.json()) as { properties: Record<string, unknown> }) : undefined;
}

/** Groups that the rule of the target with shards names, by their names. */
async function named(): Promise<string[]> {
  const book = (await raw(rules('groups')))?.properties as { ruleCollections: { rules: Record<string, string[]>[] }[] };
  const ids = book.ruleCollections[0]?.rules.flatMap(({ destinationIpGroups = [] }) => destinationIpGroups) ?? [];
  return ids.map((id) => id.split('/').at(-1) ?? '');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-kinds-'));
  for (const [number, prefixes] of [
    [200, start],
    [201, grown],
  ] as const) {
    await writeFile(file(number), makeCatalogJson({ changeNumber: number, tags: { 'Storage.WestUS': prefixes } }));
  }
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  world = await openWorld(inject('azurite'), config());
  await world.seed(surroundings);
  publish(200, 16);
});
afterEach(() => world.close());

describe('every kind of target', () => {
  it('creates, does nothing, adds, removes, and does nothing again', async () => {
    const expectLive = async (expected: readonly string[]) => {
      for (const name of names) expect((await world.live(idOf(name))).sort(), name).toEqual([...expected].sort());
    };
    expect(await world.run()).toMatchObject({ status: 'applied' });
    await expectLive(start);
    await world.writes();
    expect((await world.run()).status).toBe('no-change');
    expect(await world.writes()).toEqual([]);

    publish(201, 17);
    expect((await world.run()).status).toBe('applied');
    await expectLive(grown);
    expect(await named()).toEqual(['ruled-1', 'ruled-2', 'ruled-3']);
    expect((await world.run()).status).toBe('no-change');

    await world.configure(config(names, { list: { never: start.slice(0, 2).map(never) } }));
    expect((await world.run()).status).toBe('applied');
    await expectLive(grown.slice(2));
    await world.writes();
    expect((await world.run()).status).toBe('no-change');
    expect(await world.writes()).toEqual([]);
    // The first group had nothing left: it is out of the rule and gone; the others were not touched.
    expect(await named()).toEqual(['ruled-2', 'ruled-3']);
    expect(await raw(`${network}/ipGroups/ruled-1`)).toBeUndefined();
  });
});

describe('a list in IP groups and the rule that names them', () => {
  const shards = ['ip-group with its rule'] as const;
  const shardId = idOf(shards[0]);

  it('names a group only once it holds its part, and takes it out before it is deleted', async () => {
    await world.configure(config(shards));
    await world.run();
    const order = (await world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(order).toEqual(['PUT ruled-1', 'PUT groups', 'PUT ruled-2', 'PUT groups']);
    await world.configure(config(shards, { list: { never: [never('20.0.4.0/24')] } }));
    await world.run();
    const after = (await world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(after).toEqual(['PUT groups', 'DELETE ruled-2']);
    expect(await named()).toEqual(['ruled-1']);
  });

  it('puts a group back that somebody took out of the rule', async () => {
    await world.configure(config(shards));
    await world.run();
    const text = JSON.stringify(await raw(rules('groups')));
    await world.seed({ [rules('groups')]: JSON.parse(text.replace(`,"${network}/ipGroups/ruled-2"`, '')) });
    expect(await named()).toEqual(['ruled-1']);
    await world.writes();
    expect((await world.run()).status).toBe('applied');
    expect(await named()).toEqual(['ruled-1', 'ruled-2']);
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('no-change');
  });

  it("fails where somebody else's rule names only some of the groups, and leaves the rule as it is", async () => {
    const theirs = { ruleType: 'NetworkRule', name: 'acr', destinationIpGroups: [`${network}/ipGroups/ruled-1`] };
    await world.seed({
      [`${network}/ipGroups/ruled-1`]: {
        location: 'westus',
        tags: { 'service-tag-sync': `${world.env.SERVICE_TAG_SYNC_QUEUES}/${shardId}` },
        properties: { ipAddresses: ['20.0.0.0/24'] },
      },
      [rules('groups')]: { properties: { priority: 400, ruleCollections: [{ ...collection, rules: [theirs] }] } },
    });
    await world.configure(config(shards));
    for (const status of ['partial', 'failed']) {
      const view = await world.run();
      expect(view.status).toBe(status);
      const failed = view.targets[0]?.outcomes.filter(({ result }) => result === 'failed');
      expect(failed).toMatchObject([
        { subject: 'ruled-2', text: expect.stringMatching(/^shard not referenced: ruled-2/) },
      ]);
    }
    expect(await named()).toEqual(['ruled-1']);
    expect((await raw(`${network}/ipGroups/ruled-2`))?.properties.ipAddresses).toHaveLength(1);
  });

  const shared = (name: string) => ({
    ruleType: 'NetworkRule',
    name: 'other',
    sourceIpGroups: [`${network}/IPGROUPS/${name}`],
  });
  const elsewhere = { properties: { priority: 500, ruleCollections: [{ ...collection, rules: [shared('ruled-2')] }] } };

  it.each([
    ['in the same collection', { [rules('groups')]: shared('ruled-2') }],
    ['in another rule collection group of the policy', { [rules('others')]: elsewhere }],
  ])('refills a group that somebody else names too, %s, where it would be deleted', async (_, theirs) => {
    await world.configure(config(shards));
    await world.run();
    const before = JSON.stringify(await raw(rules('groups')));
    for (const [id, seed] of Object.entries(theirs)) {
      const inside = JSON.parse(before.replace('"rules":[', `"rules":[${JSON.stringify(seed)},`));
      await world.seed({ [id]: id === rules('groups') ? inside : seed });
    }
    await world.configure(config(shards, { list: { never: [never('20.0.4.0/24')] } }));
    await world.writes();
    expect((await world.run()).status).toBe('applied');
    // Nothing is taken out of the rule or deleted.
    expect((await world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'PUT ruled-2',
    ]);
    expect((await raw(`${network}/ipGroups/ruled-2`))?.properties.ipAddresses).toEqual(['20.0.0.0/24']);
    expect(await named()).toEqual(expect.arrayContaining(['ruled-1', 'ruled-2']));
    expect((await world.run()).status).toBe('no-change');
  });

  it('keeps such a group also where its own rule is gone', async () => {
    await world.configure(config(shards));
    await world.run();
    await world.seed({
      [rules('groups')]: { properties: { priority: 400, ruleCollections: [collection] } },
      [rules('others')]: elsewhere,
    });
    await world.configure(config(shards, { list: { never: [never('20.0.4.0/24')] } }));
    expect((await world.run()).status).toBe('applied');
    expect((await raw(`${network}/ipGroups/ruled-2`))?.properties.ipAddresses).toEqual(['20.0.0.0/24']);
    expect(await named()).toEqual(['ruled-1', 'ruled-2']);
  });

  it('deletes a group that only its own rule named, in a classic firewall as well', async () => {
    const branch = 'ip-group with its rule in a classic firewall';
    const small = { target: { entriesPerGroup: 2 } };
    await world.configure(config([branch], small));
    await world.run();
    await world.writes();
    await world.configure(config([branch], { ...small, list: { never: [never('20.0.4.0/24')] } }));
    await world.run();
    const order = (await world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(order).toEqual(['PUT branch', 'DELETE branch-2']);
    expect((await world.run()).status).toBe('no-change');
  });
});

describe('before anything is written', () => {
  const behind = ['ip-group with its rule', 'firewall-policy'] as const;

  it.each([
    [
      'a firewall in state Failed',
      {
        [hubFirewall]: {
          ...surroundings[hubFirewall],
          properties: { firewallPolicy: { id: policy }, provisioningState: 'Failed' },
        },
      },
      'firewall hub-fw.*is in state Failed',
    ],
    [
      'a read-only lock',
      {
        locks: [
          {
            scope: group.replace('rg-network', 'rg-network/providers/Microsoft.Network/azureFirewalls/hub-fw'),
            level: 'ReadOnly',
          },
        ],
      },
      'read-only lock .*hub-fw/providers/Microsoft.Authorization/locks',
    ],
    [
      'a deny assignment',
      {
        denyAssignments: [
          {
            scope: policy,
            properties: {
              denyAssignmentName: 'stack',
              principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
              excludePrincipals: [],
              permissions: [{ actions: ['*/write'], notActions: [] }],
            },
          },
        ],
      },
      'deny assignment stack',
    ],
  ])('%s behind a target stops it, read once a run however many share it', async (_, seed, said) => {
    await world.configure(config(behind));
    await world.seed(seed as Record<string, object>);
    await world.writes();
    const view = await world.run();
    expect(view.status).toBe('refused');
    for (const { outcomes } of view.targets) expect(outcomes[0]?.text).toMatch(new RegExp(said));
    const reads = (await requests()).map(({ path }) => path.split('?')[0]?.toLowerCase());
    for (const id of [policy, hubFirewall]) expect(reads.filter((path) => path === id.toLowerCase())).toHaveLength(1);
    expect(await world.writes()).toEqual([]);
  });

  it('a deny assignment that leaves a group of principals out, or a lock against deleting only, stops nothing', async () => {
    await world.configure(config(behind));
    const properties = {
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      excludePrincipals: [{ id: 'g', type: 'Group' }],
      permissions: [{ actions: ['*'] }],
    };
    await world.seed({
      denyAssignments: [{ scope: policy, properties }],
      locks: [{ scope: group, level: 'CanNotDelete' }],
    } as never);
    expect((await world.run()).status).toBe('applied');
  });
});
