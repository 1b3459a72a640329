import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import type { RunContext } from '../../src/run/context.ts';
import { makeService } from '../../src/run/make-service.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Two apps on one account that were given the same queues by mistake.

const publication = 'ServiceTags_Public_20240115.json';
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: {
    hub: {
      kind: 'ip-group',
      mode: 'sync',
      list: 'west',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'rg-network',
      name: 'hub',
      location: 'westus',
    },
  },
  channels: { ops: { kind: 'log' } },
};

let folder: string;
let ours: World;
let theirs: World;
/** `theirs`, reading our queues; what it puts back is to be seen at once. */
let intruder: RunContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shared-queues-'));
  const json = makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24'] } });
  await writeFile(join(folder, publication), json);
});
beforeEach(async () => {
  ours = await openWorld(inject('azurite'), config);
  theirs = await openWorld(inject('azurite'), config);
  for (const world of [ours, theirs])
    world.set({ publication: join(folder, publication), now: '2024-01-16T12:00:00Z' });
  theirs.env.SERVICE_TAG_SYNC_QUEUES = prefix();
  const context = await createContext(theirs.env, () => {});
  const { runQueue, laneQueue } = context;
  intruder = {
    ...context,
    runQueue: { send: (message) => runQueue.send(message) },
    laneQueue: { send: (message) => laneQueue.send(message) },
  };
});
afterEach(() => Promise.all([ours.close(), theirs.close()]));
afterAll(() => rm(folder, { recursive: true }));

const prefix = () => ours.env.SERVICE_TAG_SYNC_QUEUES ?? '';

async function take(queue: 'runs' | 'lanes'): Promise<unknown> {
  const client = new QueueClient(inject('azurite'), queueNames(prefix())[queue]);
  const [item] = (await client.receiveMessages()).receivedMessageItems;
  if (!item) throw new Error(`no message in the queue of ${queue}`);
  await client.deleteMessage(item.messageId, item.popReceipt);
  return JSON.parse(Buffer.from(item.messageText, 'base64').toString('utf8'));
}

test('messages of another service are put back for it, never worked on, and told of once', async () => {
  const stranger = makeService(intruder);
  const service = await ours.service();
  const { run } = await service.requestRun({ trigger: 'http' });

  await stranger.startRun(parseRunMessage(await take('runs')));
  expect((await service.run(run))?.status).toBe('queued');
  expect(await stranger.runs(9)).toEqual([]);
  const back = parseRunMessage(await take('runs'));
  expect(back).toMatchObject({ run, for: `${prefix()}/Public`, returned: 1 });
  await service.startRun(back);

  await stranger.workLane(parseLaneMessage(await take('lanes')));
  // Also out of the poison queue: it is another one's to give up.
  await stranger.giveUpLane(parseLaneMessage(await take('lanes')), 'its worker died');
  const lane = parseLaneMessage(await take('lanes'));
  expect(lane).toMatchObject({ run, returned: 2 });
  expect([...(await ours.writes()), ...(await theirs.writes())]).toEqual([]);
  await service.workLane(lane);
  expect(await service.run(run)).toMatchObject({ status: 'applied', armWrites: 1 });

  const told = await intruder.outbox.pending('ops', 9);
  expect(told.map(({ notice }) => notice.headline)).toEqual([
    `this service receives messages of ${prefix()}/Public: two apps on one storage account share the same queues.`,
  ]);
});

test('a message that nobody takes ends in the poison queue, with what to do', async () => {
  const message = { schema: 1, run: 'r', lane: 'l', generation: 1, for: 'gone/Public', returned: 20 } as const;
  await expect(makeService(intruder).workLane(message)).rejects.toThrow(
    /got one for gone\/Public, put back 20 times: give each app .* SERVICE_TAG_SYNC_QUEUES of its own/,
  );
  await expect(take('lanes')).rejects.toThrow('no message');
});

test('a message of an older version says nothing of whom it is for, and is worked on', async () => {
  const service = await ours.service();
  const { run } = await service.requestRun({ trigger: 'http' });
  const { for: _, ...message } = parseRunMessage(await take('runs'));
  await service.startRun(message);
  expect((await service.run(run))?.status).toBe('running');
});
