import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { rawTable } from '../support/raw-storage.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

// How often a run of seven targets and a tick of housekeeping ask Storage, without what the host asks of queues.

/** Of a run that writes all seven targets, with the request for it and its notice; it was 281. */
const applied = 140;
/** Of a run that finds nothing to do, with the request for it; it was 95. */
const noChange = 30;
/** Of a tick that looks at everything; it was 29. */
const wholeTick = 16;
/** Of tidying with nothing to remove, with one channel; each further one takes a request. */
const tidying = 10;
/** Of one after a tick that found nothing to do. */
const idleTick = 4;

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = (name: string) => ({ kind: 'ip-group', mode: 'sync', list: 'west', ...place, name, location: 'westus' });
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  channels: { ops: { kind: 'log' } },
  targets: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => [id, group(id)])),
};

let world: World;
let folder: string;
let proxy: StorageProxy;

beforeAll(async () => {
  // Another instance has made table and container already, whichever tests ran before this one.
  const other = await openTestStore();
  await other.runs.nextGeneration();
  await (await other.leases.acquire('run'))?.release();
  folder = await mkdtemp(join(tmpdir(), 'run-requests-'));
  proxy = await startStorageProxy(inject('azurite'));
  world = await openWorld(proxy.connectionString, config);
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24'] } }));
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
}, 60_000);
afterAll(async () => {
  await proxy.close();
  await world.close();
  await rm(folder, { recursive: true });
});

/**
 * What the service asked, without what the host of its functions asks of queues, and without renewals of leases, which
 * depend on the time.
 */
async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = proxy.seen.length;
  await work();
  return proxy.seen
    .slice(before)
    .filter(({ headers }) => headers['x-ms-lease-action'] !== 'renew')
    .filter(({ method, url }) => !(/\/messages/.test(url) && (method === 'GET' || method === 'DELETE')))
    .map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
}

const request = async () => (await world.service()).requestRun({ trigger: 'timer' });
const tick = async () => (await world.service()).runMaintenance();

test('a first run, one that finds nothing, and ticks of housekeeping ask no oftener than they must', async () => {
  const first = await requestsOf(async () => {
    await request();
    await world.drain();
  });
  expect(first.length).toBeLessThanOrEqual(applied);
  await requestsOf(tick);
  const second = await requestsOf(async () => {
    await request();
    await world.drain();
  });
  expect(second.length).toBeLessThanOrEqual(noChange);
  const whole = await requestsOf(tick);
  expect(whole.length).toBeLessThanOrEqual(wholeTick);
  expect((await requestsOf(tick)).length).toBeLessThanOrEqual(idleTick);
  // Whatever is asked for is looked after at once, and everything is once an hour.
  await request();
  expect((await requestsOf(tick)).length).toBeGreaterThan(idleTick);
  await world.drain();
  await tick();
  world.set({ now: '2024-01-16T13:00:01Z' });
  expect((await requestsOf(tick)).length).toBeGreaterThan(idleTick);
});

test('data is tidied once a day, by a few requests more than a tick that looks at everything', async () => {
  const tickAt = async (now: string) => {
    world.set({ now });
    return (await requestsOf(tick)).length;
  };
  await tickAt('2024-01-17T13:00:01Z');
  const whole = await tickAt('2024-01-17T14:00:02Z');
  expect(whole).toBeLessThanOrEqual(wholeTick);
  expect((await tickAt('2024-01-18T14:00:03Z')) - whole).toBe(tidying);
});

test('nothing is created where it is there, and no row is read twice within a message that finds nothing', async () => {
  const asked = await requestsOf(async () => {
    await request();
    await world.drain();
  });
  const creates = asked.filter((one) => / \S+(\/Tables\b|restype=container)/.test(one));
  expect(creates).toEqual([]);
  const memories = asked.filter((one) => /'record\|/.test(one));
  expect(memories).toHaveLength(1);
});

test('while housekeeping rests, a damaged row of where the service stands is seen at once, another decision within the hour', async () => {
  world.set({ now: '2024-01-16T15:00:00Z' });
  await tick();
  await tick();
  const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
  const { damage } = await openTestStore({ instance, queuePrefix: instance });
  const forge = (partition: string, rowKey: string) =>
    rawTable().upsertEntity(
      { partitionKey: `${instance}|Public|${partition}`, rowKey, schema: 1, text0: '{}' },
      'Replace',
    );
  await forge('words', 'forged');
  await tick();
  expect(await damage.find()).toHaveLength(1);
  world.set({ now: '2024-01-16T16:00:00Z' });
  await tick();
  expect(await damage.find()).toEqual([]);
  await tick();
  await forge('state', 'requested');
  expect(await damage.find()).toHaveLength(1);
  await tick();
  expect(await damage.find()).toEqual([]);
});
