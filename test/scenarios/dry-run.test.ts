import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: {
    hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' },
    branches: { kind: 'feed', mode: 'sync', list: 'west', name: 'branches', keys: [{ $env: 'FEED_KEY' }] },
  },
};

let world: World;
let proxy: StorageProxy;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-dry-run-'));
  proxy = await startStorageProxy(inject('azurite'));
  world = await openWorld(proxy.connectionString, config);
});
afterEach(async () => {
  await world.close();
  await proxy.close();
  await rm(folder, { recursive: true });
});

async function publish(changeNumber: number, date: string, ranges: readonly string[]): Promise<void> {
  const publication = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(publication, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': ranges } }));
  world.set({ publication, now: new Date(Date.parse(date) + 76 * 3_600_000).toISOString() });
}

/** Write requests to Storage and to ARM while something is done. */
async function writesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  await world.writes();
  const from = proxy.seen.length;
  await work();
  const toStorage = proxy.seen.slice(from).filter(({ method }) => method !== 'GET' && method !== 'HEAD');
  return [
    ...toStorage.map(({ method, url }) => `${method} ${url}`),
    ...(await world.writes()).map((one) => JSON.stringify(one)),
  ];
}

it('no write request leaves for a dry run, with much to write or with nothing', async () => {
  const dryRun = async () => (await world.service()).dryRun({ trigger: 'http' });
  await publish(289, '2024-01-08', ['20.60.0.0/24', '20.61.0.0/24']);
  expect(await writesOf(dryRun)).toEqual([]);
  expect((await dryRun()).plans.flatMap(({ changes }) => changes).length).toBe(2);
  expect(await writesOf(() => world.run())).not.toEqual([]);
  await publish(290, '2024-01-15', ['20.60.0.0/24', '20.62.0.0/24']);
  expect(await writesOf(dryRun)).toEqual([]);
  expect((await dryRun()).events).toContainEqual(expect.objectContaining({ kind: 'hold-opened' }));
  await world.run();
  expect(await writesOf(dryRun)).toEqual([]);
  expect((await dryRun()).plans.flatMap(({ changes }) => changes)).toEqual([]);
});
