import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { LaneMessage } from '../../src/ports/queues.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import { makeCatalogJson } from './catalog.ts';
import { openWorld, type World } from './world.ts';

export const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };

/** An IP group of the list `west`, as the config of a target. */
export const target = (name: string, more: object = {}) => ({
  kind: 'ip-group',
  mode: 'sync',
  list: 'west',
  ...place,
  name,
  location: 'westus',
  ...more,
});

let folder: string;
/** The world of the test that runs; none before `open`. */
export let world: World;

/** Each test opens a world of its own; its runs are worked step by step. */
export function useLanes(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-lanes-'));
    const json = makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] } });
    await writeFile(join(folder, 'ServiceTags_Public_20240115.json'), json);
  });
  afterEach(() => world.close());
  afterAll(() => rm(folder, { recursive: true }));
}

export async function open(targets: object, operationMs = 1): Promise<void> {
  const config = { lists: { west: { tags: ['Storage.WestUS'] } }, targets };
  world = await openWorld(inject('azurite'), config, { operationMs });
  world.set({ publication: join(folder, 'ServiceTags_Public_20240115.json'), now: '2024-01-16T12:00:00Z' });
}

export const puts = async () => (await world.writes()).filter(({ method }) => method === 'PUT');

/** Asks for a run and takes it to its intent; the messages of its lanes are in the queue then. */
export async function startRun(): Promise<LaneMessage> {
  const service = await world.service();
  await service.requestRun({ trigger: 'http' });
  const names = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  const queues = QueueServiceClient.fromConnectionString(inject('azurite'));
  const runs = queues.getQueueClient(names.runs);
  const [item] = (await runs.receiveMessages()).receivedMessageItems;
  if (!item) throw new Error('no run was asked for');
  await service.startRun(parseRunMessage(decoded(item.messageText)));
  await runs.deleteMessage(item.messageId, item.popReceipt);
  const [lane] = await laneMessages();
  if (!lane) throw new Error('no lane was set to work');
  return lane;
}

/** Messages in the queue of lanes, as they lie there. */
export async function laneMessages(): Promise<LaneMessage[]> {
  const { lanes } = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  const queue = QueueServiceClient.fromConnectionString(inject('azurite')).getQueueClient(lanes);
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => parseLaneMessage(decoded(messageText)));
}

export async function emptyLanes(): Promise<void> {
  const { lanes } = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  await QueueServiceClient.fromConnectionString(inject('azurite')).getQueueClient(lanes).clearMessages();
}

/** Whether such a request has reached the simulated ARM. */
export async function requested(method: string, end: string | RegExp): Promise<boolean> {
  const log = (await (await fetch(`${world.arm}/-/log`)).json()) as { method: string; path: string }[];
  return log.some(
    (one) => one.method === method && (typeof end === 'string' ? one.path.endsWith(end) : end.test(one.path)),
  );
}

/** As if the time of every lease were over. */
export async function breakLeases(): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient('service-tag-sync');
  for await (const { name, properties } of container.listBlobsFlat()) {
    const ours = name.includes(world.env.SERVICE_TAG_SYNC_QUEUES ?? '-');
    if (ours && properties.leaseState === 'leased')
      await container.getBlobClient(name).getBlobLeaseClient().breakLease(0);
  }
}

const decoded = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
