import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { createFeedServer, createOperator } from '../../src/composition-root.ts';
import { type FeedMemory, newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { rawTable } from '../support/raw-storage.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

// A fleet that pulls at the same time: what one process asks Storage for it, and what it may lose.

const secret = 'a secret of 16 or more';
const branch = (i: number) => `branch-${i}`;
const devices = Object.fromEntries(
  Array.from({ length: 1_000 }, (_, i) => [branch(i), { secrets: [{ $env: 'BRANCH' }] }]),
);
const branches = { kind: 'feed', mode: 'sync', list: 'west', name: 'branches', devices };
const config = { lists: { west: { tags: ['Storage.WestUS'], families: ['ipv4', 'ipv6'] } }, targets: { branches } };

let world: World;
let folder: string;
let proxy: StorageProxy;
let lines: string[];
let elapsed = 0;

/** A process of the app that begins: it remembers nothing. */
function begun(): FeedMemory {
  return newFeedMemory(
    (message, fields) => lines.push(JSON.stringify([message, fields])),
    () => elapsed,
  );
}

interface Asked {
  readonly device?: string;
  readonly password?: string;
  readonly ifNoneMatch?: string;
}

async function pull(memory: FeedMemory, { device = branch(0), password = secret, ...more }: Asked = {}) {
  const env = { ...world.env, AzureWebJobsStorage: proxy.connectionString, BRANCH: secret };
  const server = await createFeedServer(env, () => undefined, memory);
  const authorization = `Basic ${Buffer.from(`${device}:${password}`).toString('base64')}`;
  return await server.ask({ feed: 'branches', authorization, headOnly: false, ...more });
}

/** Requests to Storage that something takes, the pulls it notes among them. */
async function requestsOf(memory: FeedMemory, work: () => Promise<unknown>): Promise<number> {
  const before = proxy.seen.length;
  await work();
  await memory.pulls.settle();
  return proxy.seen.length - before;
}

async function recorded() {
  const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
  const { feeds } = await openTestStore({ instance, queuePrefix: instance });
  return new Map((await feeds.pulls('branches')).map((one) => [one.client, one]));
}

async function publish(date: string, changeNumber: number, listed: readonly string[]): Promise<void> {
  const file = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(file, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': listed } }));
  world.set({ publication: file, now: `${date}T12:00:00Z` });
  expect((await world.run()).status).toBe('applied');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feed-fleet-'));
  proxy = await startStorageProxy(inject('azurite'));
  world = await openWorld(inject('azurite'), config);
  // Its table is there from the first pull on.
  await (await openTestStore()).feeds.notePulls([{ feed: 'f', client: 'c', at: '2024-01-15T08:00:00.000Z' }]);
  lines = [];
  await publish('2024-01-15', 200, ['20.0.0.0/24', '2603:1030::/48']);
}, 60_000);
afterEach(() => {
  proxy.decide(() => 'forward');
  lines = [];
});
afterAll(async () => {
  await proxy.close();
  await world.close();
  await rm(folder, { recursive: true });
});

describe('requests to Storage', () => {
  test('two for a pull that finds nothing remembered: both lists, and the record behind the answer', async () => {
    const memory = begun();
    expect(await requestsOf(memory, () => pull(memory))).toBe(2);
  });

  test('none for a 304 within a minute, and for a second 200', async () => {
    const memory = begun();
    const first = await pull(memory);
    await memory.pulls.settle();
    const ifNoneMatch = first.kind === 'list' ? first.etag : expect.fail(first.kind);
    world.set({ now: '2024-01-15T12:00:30Z' });
    elapsed += 30_000;
    expect(
      await requestsOf(memory, async () => {
        expect(await pull(memory, { ifNoneMatch })).toMatchObject({ kind: 'list', same: true });
        expect(await pull(memory)).toMatchObject({ kind: 'list', same: false });
      }),
    ).toBe(0);
    world.set({ now: '2024-01-15T12:01:00Z' });
    elapsed += 30_000;
    expect(await requestsOf(memory, () => pull(memory, { ifNoneMatch }))).toBe(2);
    expect((await recorded()).get(branch(0))?.at).toBe('2024-01-15T12:01:00.000Z');
  });

  test('two for 48 at once of one name', async () => {
    const memory = begun();
    const many = () => Promise.all(Array.from({ length: 48 }, () => pull(memory)));
    expect(await requestsOf(memory, many)).toBe(2);
  });

  test('eleven for 1,000 devices at once, each of which is recorded', async () => {
    const memory = begun();
    world.set({ now: '2024-01-15T13:00:00Z' });
    const all = () => Promise.all(Object.keys(devices).map((device) => pull(memory, { device })));
    expect(await requestsOf(memory, all)).toBe(11);
    const found = await recorded();
    expect(Object.keys(devices).filter((device) => found.get(device)?.at !== '2024-01-15T13:00:00.000Z')).toEqual([]);
  });

  test('none for wrong secrets but the first in a minute', async () => {
    const memory = begun();
    const guess = () => pull(memory, { device: branch(7), password: 'a guess of sixteen' });
    expect(await requestsOf(memory, guess)).toBe(1);
    expect(await requestsOf(memory, guess)).toBe(0);
    expect((await recorded()).get(branch(7))).toMatchObject({
      at: '2024-01-15T13:00:00.000Z',
      refusedAt: '2024-01-15T13:00:00.000Z',
    });
  });

  test('status reads a feed once, however many devices it names', async () => {
    const operator = await createOperator({ ...world.env, AzureWebJobsStorage: proxy.connectionString }, () => {});
    const before = proxy.seen.length;
    await operator.status();
    expect(proxy.seen.length - before).toBeLessThan(20);
  });
});

describe('what is remembered is at most a minute old', () => {
  test('a change of the list comes with the next minute, at once for a process that begins', async () => {
    const memory = begun();
    expect(await pull(memory)).toMatchObject({ entries: 2 });
    await publish('2024-01-22', 201, ['20.0.0.0/24', '20.0.2.0/24', '2603:1030::/48']);
    expect(await pull(memory)).toMatchObject({ entries: 2 });
    expect(await pull(begun())).toMatchObject({ entries: 3 });
    elapsed += 59_999;
    expect(await pull(memory)).toMatchObject({ entries: 2 });
    elapsed += 1;
    expect(await pull(memory)).toMatchObject({ entries: 3 });
  });

  test('a device that the config names no more gets nothing from then on; a secret counts as it is set now', async () => {
    const memory = begun();
    expect(await pull(memory, { device: branch(1) })).toMatchObject({ kind: 'list' });
    expect(await pull(memory, { device: branch(1), password: 'another of sixteen' })).toMatchObject({
      kind: 'refused',
    });
    const { [branch(1)]: _, ...others } = devices;
    await world.configure({ ...config, targets: { branches: { ...branches, devices: others } } });
    elapsed += 59_999;
    expect(await pull(memory, { device: branch(1) })).toMatchObject({ kind: 'list' });
    elapsed += 1;
    expect(await pull(memory, { device: branch(1) })).toMatchObject({ kind: 'refused' });
    await world.configure({ ...config, targets: {} });
    elapsed += 60_000;
    expect(await pull(memory)).toMatchObject({ kind: 'unknown' });
    await world.configure(config);
  });

  test('Storage that fails is asked again with the next pull, and nothing old is served in its place', async () => {
    const memory = begun();
    await pull(memory);
    proxy.decide(() => 'refuse');
    expect(await pull(memory)).toMatchObject({ kind: 'list' });
    elapsed += 60_000;
    await expect(pull(memory)).rejects.toThrow();
    proxy.decide(() => 'forward');
    expect(await pull(memory)).toMatchObject({ kind: 'list' });
  });
});

describe('who pulled', () => {
  test('is written again where Storage refused, and devices get their list meanwhile', async () => {
    const memory = begun();
    world.set({ now: '2024-01-22T13:00:00Z' });
    proxy.decide(({ method }) => (method === 'GET' ? 'forward' : 'refuse'));
    expect(await pull(memory, { device: branch(2) })).toMatchObject({ kind: 'list' });
    await memory.pulls.settle();
    expect(lines.join()).toContain('"pulls not taken down",{"feeds":["branches"],"clients":1');
    proxy.decide(() => 'forward');
    await memory.pulls.settle();
    expect((await recorded()).get(branch(2))?.at).toBe('2024-01-22T13:00:00.000Z');
  });

  test('is written row by row where the role on one table allows no transaction', async () => {
    const memory = begun();
    world.set({ now: '2024-01-22T14:00:00Z' });
    proxy.decide(({ url }) => (url.includes('$batch') ? 'refuse' : 'forward'));
    const few = [3, 4, 5].map(branch);
    await Promise.all(few.map((device) => pull(memory, { device })));
    await memory.pulls.settle();
    const found = await recorded();
    expect(few.map((device) => found.get(device)?.at)).toEqual(few.map(() => '2024-01-22T14:00:00.000Z'));
    expect(lines).toEqual([]);
  });

  test('is as before where the process was killed before it wrote: a pull of its last second, never the list', async () => {
    const killed = begun();
    world.set({ now: '2024-01-22T15:00:00Z' });
    expect(await pull(killed, { device: branch(3) })).toMatchObject({ kind: 'list', entries: 3 });
    expect((await recorded()).get(branch(3))?.at).toBe('2024-01-22T14:00:00.000Z');
    const next = begun();
    expect(await pull(next, { device: branch(3) })).toMatchObject({ kind: 'list', entries: 3 });
    await next.pulls.settle();
    expect((await recorded()).get(branch(3))?.at).toBe('2024-01-22T15:00:00.000Z');
  });
});

test('one damaged family is a failure, and not a list of the other', async () => {
  const table = rawTable('servicetagsync');
  const partitionKey = `${world.env.SERVICE_TAG_SYNC_QUEUES}|Public|feeds`;
  await table.updateEntity({ partitionKey, rowKey: 'list|branches|ipv6', text0: '{"schema":1}' }, 'Merge');
  await expect(pull(begun())).rejects.toThrow(/list\|branches\|ipv6/);
});
