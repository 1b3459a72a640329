import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { pathOf } from '../../src/azure/arm/resource-id.ts';
import { makeCatalogJson } from './catalog.ts';
import { openWorld, type World } from './world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
export const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}`;
export const network = `${group}/providers/Microsoft.Network`;
export const policy = `${network}/firewallPolicies/hub`;
export const hubFirewall = `${network}/azureFirewalls/hub-fw`;
export const classic = `${network}/azureFirewalls/branch`;
export const rules = (name: string) => `${policy}/ruleCollectionGroups/${name}`;
export const collection = {
  ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
  name: 'allow',
  priority: 100,
  action: { type: 'Allow' },
  rules: [],
};
const rule = { collection: 'allow', rule: 'acr' };
export const surroundings = {
  [`${group}/providers/Microsoft.ContainerRegistry/registries/contoso`]: {
    location: 'westus',
    sku: { name: 'Premium' },
    properties: { publicNetworkAccess: 'Enabled', networkRuleSet: { defaultAction: 'Deny', ipRules: [] } },
  },
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

/** Every kind of list of addresses, each in the ways it can be set up. */
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
  registry: {
    kind: 'registry',
    registry: 'contoso',
    accept: { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' },
  },
  feed: { kind: 'feed', name: 'branches', keys: [{ $env: 'FEED_KEY' }] },
};
export const idOf = (name: string) => name.replaceAll(' ', '-').slice(0, 32).replace(/-$/, '');
export const names = Object.keys(targets) as (keyof typeof targets)[];

export const start = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
export const grown = [...start, '20.0.6.0/24', '20.0.8.0/24'];

export function config(only: readonly string[] = names, more: { list?: object; target?: object } = {}) {
  const chosen = Object.entries(targets).filter(([name]) => only.includes(name));
  return {
    lists: { west: { tags: ['Storage.WestUS'], ...more.list } },
    targets: Object.fromEntries(
      chosen.map(([name, one]) => [
        idOf(name),
        { mode: 'sync', list: 'west', ...(one.kind === 'feed' ? {} : place), ...one, ...more.target },
      ]),
    ),
  };
}

export const never = (prefix: string) => ({ prefix, reason: 'not wanted', owner: 'network team' });

/** A world with this hub in it, opened anew for each test. */
interface Hub {
  readonly world: World;
  /** Publishes `start` (200), `grown` (201), or one more (202), on that day of January 2024. */
  publish(number: number, day: number): void;
  /** Requests that reached the simulated ARM since its log was cleared. */
  requests(): Promise<readonly { method: string; path: string; body?: unknown; write: boolean }[]>;
  raw(id: string): Promise<{ properties: Record<string, unknown> } | undefined>;
  /** Groups that the rule of the target with shards names, by their names. */
  named(): Promise<string[]>;
}

/** Opens a hub before each test of the file. Before the first one, nothing of it may be asked for. */
export function openHub(): Hub {
  let folder: string;
  let world: World;
  const file = (number: number) => join(folder, `ServiceTags_Public_2024011${number - 200}.json`);

  const hub: Hub = {
    get world() {
      return world;
    },
    publish: (number, day) => world.set({ publication: file(number), now: `2024-01-${day}T12:00:00Z` }),
    requests: async () => (await (await fetch(`${world.arm}/-/log`)).json()) as Awaited<ReturnType<Hub['requests']>>,
    async raw(id) {
      const headers = { authorization: 'Bearer test' };
      const answer = await fetch(`${world.arm}${pathOf(id)}`, { headers });
      return answer.ok ? ((await answer.json()) as { properties: Record<string, unknown> }) : undefined;
    },
    async named() {
      const { properties } = (await hub.raw(rules('groups'))) ?? {};
      const book = properties as unknown as { ruleCollections: { rules: Record<string, string[]>[] }[] };
      const ids = book.ruleCollections[0]?.rules.flatMap(({ destinationIpGroups = [] }) => destinationIpGroups) ?? [];
      return ids.map((id) => id.split('/').at(-1) ?? '');
    },
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-hub-'));
    for (const [number, prefixes] of [
      [200, start],
      [201, grown],
      [202, [...grown, '20.0.10.0/24']],
    ] as const) {
      await writeFile(file(number), makeCatalogJson({ changeNumber: number, tags: { 'Storage.WestUS': prefixes } }));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    world = await openWorld(inject('azurite'), config());
    await world.seed(surroundings);
    hub.publish(200, 16);
  });
  afterEach(() => world.close());
  return hub;
}
