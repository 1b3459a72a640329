import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorker, type TypedValue, type Worker } from '../support/worker.ts';
import { openWorld, type World } from '../support/world.ts';

// The built bundle with the library that is in it, in the wire form of the Azure worker. The local host calls what is
// registered and leaves the library's conversions out; whether functions live with them shows here.

let folder: string;
let world: World;
let worker: Worker;
const lines: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24'] } }));
  const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
  const target = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'hub', location: 'westus' };
  const feed = { kind: 'feed', mode: 'sync', list: 'west', name: 'branches', keys: [{ $env: 'FEED_KEY' }] };
  world = await openWorld(inject('azurite'), {
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: target, branches: feed },
  });
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
  for (const [name, value] of Object.entries({ ...world.env, FEED_KEY: 'the key of the feed' }))
    vi.stubEnv(name, value);
  const { entry } = await build({ outdir: join(folder, 'functions') });
  // Its functions read the names of their queues while it loads.
  worker = await openWorker(entry, (message) => void lines.push(message));
}, 90_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

async function ask(name: string, { method = 'GET', body, headers = {}, params = {}, query = {} }: Asked = {}) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) };
  const url = `http://localhost/api/${name}`;
  const http = { method, url, headers: { ...headers, ...length }, params, query, ...(bytes && { body: { bytes } }) };
  const answer = (await worker.call(name, { http }))?.http;
  return { status: Number(answer?.statusCode), text: Buffer.from(answer?.body?.bytes ?? []).toString('utf8') };
}

/** Works on the one message of a queue as the host hands it over. */
async function work(name: string, queue: 'runs' | 'lanes'): Promise<void> {
  const client = new QueueClient(inject('azurite'), queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '')[queue]);
  const [item] = (await client.receiveMessages()).receivedMessageItems;
  const text = Buffer.from(item?.messageText ?? '', 'base64').toString('utf8');
  await worker.call(name, { string: text }, { DequeueCount: { json: '1' }, QueueTrigger: { string: text } });
  await client.deleteMessage(item?.messageId ?? '', item?.popReceipt ?? '');
}

test('a timer asks for a run, queue messages carry it through, and HTTP shows what came of it', async () => {
  const timer: TypedValue = { json: JSON.stringify({ IsPastDue: false, Schedule: { AdjustForDST: true } }) };
  expect(await worker.call('sync-timer', timer)).toBeNull();
  expect(lines.join('\n')).toMatch(/queued run /);
  const before = await ask('runs', { method: 'POST', body: '{"targets": ["hub"]}' });
  expect(before).toMatchObject({ status: 202, text: expect.stringContaining('"joined":true') });

  const { run } = JSON.parse(before.text) as { run: string };
  await work('begin-run', 'runs');
  // One lane a target.
  await work('work-lane', 'lanes');
  await work('work-lane', 'lanes');
  const shown = await ask('run', { params: { id: run } });
  expect(shown.status).toBe(200);
  expect(JSON.parse(shown.text)).toMatchObject({ run, status: 'applied' });
});

test('parameters, queries, headers and methods arrive', async () => {
  expect((await ask('run', { params: { id: 'no such run' } })).status).toBe(404);
  expect(await ask('lookup', { query: { ip: '192.0.2.1' } })).toMatchObject({
    status: 200,
    text: expect.stringContaining('192.0.2.1'),
  });
  const feed = { params: { name: 'branches' }, headers: { 'x-functions-key': 'the key of the feed' } };
  expect(await ask('feeds', feed)).toEqual({ status: 200, text: '20.0.0.0/24\n' });
  expect((await ask('feeds', { ...feed, method: 'HEAD' })).status).toBe(200);
  expect((await ask('feeds', { ...feed, headers: {} })).status).toBe(401);
});

test('a body that was announced and did not come is refused', async () => {
  const chunked = { method: 'POST', headers: { 'transfer-encoding': 'chunked' } };
  expect((await ask('runs', chunked)).status).toBe(411);
  expect((await ask('pause', chunked)).status).toBe(411);
});
