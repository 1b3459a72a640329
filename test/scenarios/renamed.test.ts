import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const target = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' };
const lists = { west: { tags: ['Storage.WestUS'] } };

let world: World;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-renamed-'));
  const path = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(path, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24'] } }));
  world = await openWorld(inject('azurite'), { lists, targets: { hub: target } });
  world.set({ publication: path, now: '2024-01-16T12:00:00Z' });
  expect((await world.run()).status).toBe('applied');
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

it('writes nothing to a target that left the config, and tells it once', async () => {
  await world.writes();
  await world.configure({ lists, targets: {} });
  expect((await world.run()).events).toContainEqual({ kind: 'target-orphaned', target: 'hub' });
  expect((await world.run()).events).toEqual([]);
  expect(await world.writes()).toEqual([]);
});

it('refuses a new id for the same resource unless it says what it was called before', async () => {
  await world.configure({ lists, targets: { 'hub-west': target } });
  const refused = await world.run();
  expect(refused.status).toBe('refused');
  expect(refused.targets[0]?.outcomes[0]?.text).toMatch(/marked as ".*\/hub"/);
  await world.configure({ lists, targets: { 'hub-west': { ...target, formerly: 'hub' } } });
  expect((await world.run()).status).toBe('applied');
  expect((await world.run()).status).toBe('no-change');
  expect(await world.writes()).toHaveLength(1);
});

it('remembers what it held under its former id where Azure refuses the first write under the new one', async () => {
  const path = join(folder, 'ServiceTags_Public_20240122.json');
  const two = ['20.0.0.0/24', '20.0.2.0/24'];
  await writeFile(path, makeCatalogJson({ changeNumber: 201, tags: { 'Storage.WestUS': two } }));
  world.set({ publication: path, now: '2024-01-23T12:00:00Z' });
  await world.seed({ quotas: { ipGroupAddresses: 1 } });
  const grants = async (id: string) => {
    const { targetRecords } = await createContext(world.env, () => undefined);
    return (await targetRecords.get(id))?.grants;
  };
  const before = await grants('hub-west');
  expect(before).toHaveLength(1);
  await world.configure({ lists, targets: { west: { ...target, maxGroups: 1, formerly: 'hub-west' } } });
  expect((await world.run()).status).not.toBe('applied');
  expect(await grants('west')).toEqual(before);
});
