import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFeedServer } from '../../src/composition-root.ts';
import { newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { adviceMarkdown } from '../../src/messages/registry.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers`;
const id = `${group}/Microsoft.ContainerRegistry/registries/contoso`;
const policy = `${group}/Microsoft.Network/firewallPolicies/hub-policy`;
const tags = {
  'AzureContainerRegistry.NorthEurope': ['20.1.0.0/24'],
  'AzureContainerRegistry.WestEurope': ['20.0.0.0/24'],
  'Storage.NorthEurope': ['20.3.0.0/23'],
  'Storage.WestEurope': ['20.2.0.0/23'],
};
const login = ['20.0.0.0/24', '20.1.0.0/24'];
const all = [...login, '20.2.0.0/23', '20.3.0.0/23'];
const endpoints = ['contoso.northeurope.data.azurecr.io', 'contoso.westeurope.data.azurecr.io'];
const blob = '*.blob.core.windows.net';
const base = ['azurecr.io', 'contoso.azurecr.io'];

const hub = { kind: 'ip-group', mode: 'sync', list: 'addresses', ...place, name: 'pulls', location: 'westeurope' };
const names = {
  kind: 'firewall-policy-fqdn',
  mode: 'sync',
  list: 'names',
  ...place,
  policy: 'hub-policy',
  ruleCollectionGroup: 'applications',
  collection: 'registries',
  rule: 'contoso',
  besides: ['hub'],
};
/** The same names for an on-premises firewall that pulls. */
const factory = { kind: 'feed-names', mode: 'sync', list: 'names', name: 'factory', keys: [{ $env: 'KEY' }] };
const configOf = (part: string, coming?: boolean) => ({
  registries: { contoso: { resourceId: id } },
  lists: {
    addresses: { registries: [{ registry: 'contoso', part }] },
    ...(coming === undefined
      ? {}
      : { names: { registries: [{ registry: 'contoso', part: 'all' }], comingDataEndpoints: coming } }),
  },
  targets: { hub, ...(coming === undefined ? {} : { names, factory }) },
});

/** Microsoft's order: rules for the new endpoints on every firewall, then switch on, then drop Storage. */
describe('the way to dedicated data endpoints, with the service running', () => {
  let world: World;
  let folder: string;

  const registry = (dataEndpointEnabled: boolean) =>
    world.seed({ [id]: { location: 'westeurope', sku: { name: 'Premium' }, properties: { dataEndpointEnabled } } });
  const view = async () => (await world.desk()).registries();
  const readiness = async () =>
    (await view()).readiness.map(({ target, ready, missing }) => [target, ready, missing.length]);
  const adviceOf = async (rule: string) => (await view()).advice.find((one) => one.rule === rule);

  const pulled = async () => {
    const feed = { feed: 'factory', key: 'a secret of the factory', headOnly: false };
    const env = { ...world.env, KEY: 'a secret of the factory' };
    const server = await createFeedServer(
      env,
      () => undefined,
      newFeedMemory(() => undefined),
    );
    const answer = await server.ask(feed);
    return answer.kind === 'list' ? answer.text : answer.kind;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-endpoints-'));
    world = await openWorld(inject('azurite'), configOf('all'));
    const path = join(folder, 'ServiceTags_Public_20240115.json');
    await writeFile(path, makeCatalogJson({ changeNumber: 100, tags }));
    world.set({ publication: path, now: '2024-01-15T12:00:00Z' });
    await registry(false);
    await world.seed({
      [`${id}/replications/northeurope`]: { location: 'northeurope', properties: {} },
      [policy]: { location: 'westeurope', properties: {} },
      [`${policy}/ruleCollectionGroups/applications`]: {
        properties: {
          priority: 300,
          ruleCollections: [
            {
              ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
              name: 'registries',
              priority: 100,
              action: { type: 'Allow' },
              rules: [{ ruleType: 'ApplicationRule', name: 'other', targetFqdns: ['example.org'], unknown: 7 }],
            },
          ],
        },
      },
    });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('begins with addresses alone: not ready, with the figures of both ways', async () => {
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual(all);
    expect(await readiness()).toEqual([['hub', false, 2]]);
    expect(await adviceOf('data-endpoints-off')).toMatchObject({
      figures: { addresses: '1024', hosts: 2, notReady: 1 },
      commands: [],
    });
  });

  it('is not ready with the names of today', async () => {
    await world.configure(configOf('all', false));
    expect((await world.run()).status).toBe('applied');
    expect((await world.live('names')).sort()).toEqual([blob, ...base].sort());
    expect(await readiness()).toEqual([
      ['hub', false, 2],
      ['names', false, 2],
      ['factory', false, 2],
    ]);
  });

  it('is ready once the names to come are in place, and then says how to switch on', async () => {
    await world.configure(configOf('all', true));
    expect((await world.run()).status).toBe('applied');
    expect((await world.live('names')).sort()).toEqual([blob, ...base, ...endpoints].sort());
    expect(await readiness()).toEqual([
      ['hub', true, 0],
      ['names', true, 0],
      ['factory', true, 0],
    ]);
    expect(await adviceOf('data-endpoints-off')).toMatchObject({
      commands: [
        `az acr update --name contoso --resource-group ${place.resourceGroup} --subscription ${place.subscriptionId} --data-endpoint-enabled true`,
      ],
    });
    expect((await world.run()).status).toBe('no-change');
    expect(await pulled()).toBe(`${[blob, ...base, ...endpoints].sort().join('\n')}\n`);
    // A rule of somebody else in the same collection is as it was.
    const raw = JSON.stringify(await (await fetch(`${world.arm}/-/resources`)).json());
    expect(raw).toContain('"unknown":7');
  });

  it('keeps every address and name when the endpoints are switched on', async () => {
    await registry(true);
    const run = await world.run();
    expect(run.status).toBe('no-change');
    expect(await world.live('hub')).toEqual(all);
    expect((await world.live('names')).sort()).toEqual([blob, ...base, ...endpoints].sort());
    expect(await readiness()).toEqual([
      ['hub', true, 0],
      ['names', true, 0],
      ['factory', true, 0],
    ]);
    expect(await adviceOf('storage-no-longer-needed')).toMatchObject({
      weight: 'do',
      list: 'addresses',
      figures: { addresses: '1536', left: '512', fewer: '1024' },
    });
    expect(await adviceOf('data-endpoint-addresses')).toBeDefined();
    expect(adviceMarkdown(await view())).toContain('Ready for dedicated data endpoints?');
  });

  it('ends smaller by the figures it promised', async () => {
    await world.configure(configOf('login', true));
    await world.run();
    expect(await world.live('hub')).toEqual(all);
    const holds = await (await world.desk()).holds();
    expect(holds.map(({ of, kind, prefixes }) => [of, kind, prefixes])).toEqual([
      [{ target: 'factory' }, 'registry', [blob]],
      [{ target: 'hub' }, 'config', ['20.2.0.0/23', '20.3.0.0/23']],
      [{ target: 'names' }, 'registry', [blob]],
    ]);
    const run = await world.say({ kind: 'answer', holds: holds.map((hold) => hold.id), answer: 'remove' });
    expect(run.status).toBe('applied');
    expect(await world.live('hub')).toEqual(login);
    expect((await world.live('names')).sort()).toEqual([...base, ...endpoints].sort());
    const { changes } = await (await world.desk()).changes({ target: 'names', most: 10 });
    expect(changes.filter(({ direction }) => direction === 'remove')).toMatchObject([
      { prefix: blob, cause: { kind: 'registry' } },
    ]);
    expect(await adviceOf('storage-no-longer-needed')).toBeUndefined();
    expect((await world.run()).status).toBe('no-change');
  });

  it('puts a name back that somebody took out, and leaves theirs', async () => {
    const collection = {
      ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
      name: 'registries',
      priority: 100,
      action: { type: 'Allow' },
      rules: [
        {
          ruleType: 'ApplicationRule',
          name: 'contoso',
          description: `[service-tag-sync=${(await world.status()).instance}/names]`,
          targetFqdns: ['example.net', ...base],
        },
      ],
    };
    await world.seed({
      [`${policy}/ruleCollectionGroups/applications`]: { properties: { priority: 300, ruleCollections: [collection] } },
    });
    const run = await world.run();
    expect(run.status).toBe('applied');
    expect((await world.live('names')).sort()).toEqual([...base, ...endpoints, 'example.net'].sort());
    expect(run.events.map(({ kind }) => kind)).toContain('target-drift');
  });
});
