import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import type { PreviewView } from '../../src/core/preview.ts';
import type { PreviewRequest } from '../../src/operator/operator.ts';
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

it('no write request leaves for the preview of a decision, and it is what the run after that decision does', async () => {
  const preview = async (request: PreviewRequest) => (await world.desk()).preview(request);
  await world.configure({ ...config, targets: { hub: config.targets.hub } });
  await publish(300, '2024-01-08', ['20.60.0.0/24', '20.61.0.0/24', '20.62.0.0/24']);
  await world.run();
  await publish(301, '2024-01-15', ['20.60.0.0/24', '20.63.0.0/24']);
  await world.run();
  const [hold] = await (await world.desk()).holds();
  const id = hold?.id ?? '';
  const requests: readonly PreviewRequest[] = [
    { kind: 'run' },
    { kind: 'answer', holds: [id], answer: 'keep' },
    { kind: 'answer', holds: [id], answer: 'remove' },
    { kind: 'pause' },
    { kind: 'pin', changeNumber: 300, until: '2024-01-25T00:00:00Z' },
  ];
  const before = [await world.live('hub'), await world.decisions()];
  const views: PreviewView[] = [];
  expect(
    await writesOf(async () => {
      for (const request of requests) views.push(await preview(request));
    }),
  ).toEqual([]);
  expect([await world.live('hub'), await world.decisions()]).toEqual(before);
  const because = views.map((view) => view.because);
  const nothing = { add: 0, remove: 0, stopsAdding: 0, stopsRemoving: 0, toApprove: 0, stopsAsking: 0 };
  expect(because).toEqual([undefined, nothing, { ...nothing, remove: 2 }, nothing, { ...nothing, remove: 1 }]);
  expect(views[2]?.targets[0]).toMatchObject({
    target: 'hub',
    remove: [{ prefix: '20.61.0.0/24' }, { prefix: '20.62.0.0/24' }],
    because: [{ direction: 'remove', without: 'no part', with: 'now', ranges: ['20.61.0.0/24', '20.62.0.0/24'] }],
  });

  const { remove = [] } = views[2]?.targets[0] ?? {};
  await world.say({ kind: 'answer', holds: [id], answer: 'remove' });
  const left = (before[0] as string[]).filter((entry) => !remove.some(({ prefix }) => prefix === entry));
  expect(await world.live('hub')).toEqual(left);
});
