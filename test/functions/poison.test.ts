import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import host from '../../host.json' with { type: 'json' };
import { loadFunctions } from '../../src/local/host/functions.ts';
import { pollQueues, type QueuePollers } from '../../src/local/host/queues.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// The functions over real queues: what the host sets aside comes back through the poison queue.

const publication = 'ServiceTags_Public_20240115.json';
let folder: string;
let world: World;
let pollers: QueuePollers | undefined;
let lines: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poison-'));
  const json = makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24'] } });
  await writeFile(join(folder, publication), json);
});
beforeEach(async () => {
  lines = [];
  const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
  const target = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'hub', location: 'westus' };
  world = await openWorld(inject('azurite'), {
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: target },
  });
  world.set({ publication: join(folder, publication), now: '2024-01-16T12:00:00Z' });
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
});
afterEach(async () => {
  await pollers?.stop();
  vi.unstubAllEnvs();
  await world.close();
});
afterAll(() => rm(folder, { recursive: true }));

const queue = (name: 'runs' | 'lanes' | 'lanesPoison') =>
  new QueueClient(inject('azurite'), queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '')[name]);

/** Starts the functions as the host does. They read the names of their queues when they are loaded. */
async function start(): Promise<void> {
  const { batchSize, newBatchThreshold, maxDequeueCount } = host.extensions.queues;
  const functions = await loadFunctions(() => import('../../functions/index.ts'));
  pollers = await pollQueues(functions, {
    connection: () => inject('azurite'),
    batchSize,
    newBatchThreshold,
    maxDequeueCount,
    retrySeconds: 0,
    holdSeconds: 30,
    idleMs: 20,
    log: ({ message }) => void lines.push(message),
  });
}

/** Takes a message as a worker does that dies on it: it is never deleted, and its count has risen. */
async function dieOn(client: QueueClient): Promise<boolean> {
  const [item] = (await client.receiveMessages()).receivedMessageItems;
  if (item) await client.updateMessage(item.messageId, item.popReceipt, undefined, 0);
  return item !== undefined;
}

test('a lane whose worker died on every attempt fails its targets with the reason and closes the run', async () => {
  const service = await world.service();
  const { run } = await service.requestRun({ trigger: 'http' });
  await service.startRun({ schema: 1, run, trigger: 'http' });
  await queue('runs').clearMessages();
  for (let i = 0; i < host.extensions.queues.maxDequeueCount; i++) expect(await dieOn(queue('lanes'))).toBe(true);

  await start();
  await vi.waitFor(async () => expect((await service.run(run))?.status).toBe('failed'), {
    timeout: 8_000,
    interval: 20,
  });
  await pollers?.stop();

  expect(lines.join('\n')).toContain(`is now in ${queue('lanesPoison').name}`);
  expect((await service.run(run))?.targets[0]?.outcomes).toMatchObject([
    { result: 'failed', text: expect.stringMatching(/^given up: its worker ended 5 times without a word .*work-lane/) },
  ]);
  for (const name of ['lanes', 'lanesPoison'] as const) {
    expect((await queue(name).getProperties()).approximateMessagesCount).toBe(0);
  }
  expect(await world.writes()).toEqual([]);
  expect((await world.run()).status).toBe('applied');
});
