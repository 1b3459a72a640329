import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LaneMessage } from '../../src/ports/lane-queue.ts';
import { decodeLaneMessage, decodeRunMessage } from '../../src/store/message-codec.ts';
import { queueNames } from '../../src/store/queue-names.ts';
import { makeCatalogJson } from '../fakes/catalog.ts';
import { openWorld, type World } from './world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const target = (name: string, more: object = {}) => ({
  kind: 'ip-group',
  mode: 'sync',
  list: 'west',
  ...place,
  name,
  location: 'westus',
  ...more,
});
const config = (targets: object) => ({ lists: { west: { tags: ['Storage.WestUS'] } }, targets });

/** A worker in a process of its own, so that it can be killed as a machine dies: without a last word. */
const worker = `
  const { wire } = await import(process.argv[1]);
  await (await wire(process.env, () => {})).workLane(JSON.parse(process.argv[2]));
`;

let folder: string;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-lanes-'));
  const json = makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] } });
  await writeFile(join(folder, 'ServiceTags_Public_20240115.json'), json);
});
afterEach(() => world.close());
afterAll(() => rm(folder, { recursive: true }));

async function open(targets: object, operationMs = 1): Promise<void> {
  world = await openWorld(inject('azurite'), config(targets), { operationMs });
  world.set({ publication: join(folder, 'ServiceTags_Public_20240115.json'), now: '2024-01-16T12:00:00Z' });
}

const puts = async () => (await world.writes()).filter(({ method }) => method === 'PUT');

/** Asks for a run and takes it to its intent; the message of its one lane is in the queue then. */
async function beginRun(): Promise<LaneMessage> {
  const service = await world.service();
  await service.requestRun({ trigger: 'http' });
  const names = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  const queues = QueueServiceClient.fromConnectionString(inject('azurite'));
  const runs = queues.getQueueClient(names.runs);
  const [item] = (await runs.receiveMessages()).receivedMessageItems;
  if (!item) throw new Error('no run was asked for');
  await service.beginRun(decodeRunMessage(decoded(item.messageText)));
  await runs.deleteMessage(item.messageId, item.popReceipt);
  const [lane] = (await queues.getQueueClient(names.lanes).peekMessages()).peekedMessageItems;
  if (!lane) throw new Error('no lane was set to work');
  return decodeLaneMessage(decoded(lane.messageText));
}

const decoded = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64').toString('utf8'));

/** As if the time of every lease were over. */
async function breakLeases(): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient('service-tag-sync');
  for await (const { name, properties } of container.listBlobsFlat()) {
    const ours = name.includes(world.env.SERVICE_TAG_SYNC_QUEUES ?? '-');
    if (ours && properties.leaseState === 'leased')
      await container.getBlobClient(name).getBlobLeaseClient().breakLease(0);
  }
}

describe('a lane', () => {
  it('whose worker is killed in the middle of an operation goes on with the same operation: one PUT', async () => {
    await open({ hub: target('hub') }, 2_000);
    const message = await beginRun();
    const wire = new URL('../../src/run/wire.ts', import.meta.url).href;
    const args = ['--input-type=module', '--eval', worker, '--', wire, JSON.stringify(message)];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...world.env }, stdio: 'inherit' });
    const ended = once(child, 'exit');
    const started = async () =>
      ((await (await fetch(`${world.arm}/-/log`)).json()) as { method: string }[]).some(
        ({ method }) => method === 'PUT',
      );
    while (!(await started())) if (child.exitCode !== null) throw new Error(`the worker ended: ${child.exitCode}`);
    child.kill('SIGKILL');
    await ended;
    await breakLeases();
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', targets: [{ outcomes: [{ result: 'done', writes: 0 }] }] });
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('no-change');
  }, 60_000);

  it('is over in no second write, however often its message comes', async () => {
    await open({ hub: target('hub') });
    const message = await beginRun();
    await world.drain();
    for (let i = 0; i < 3; i++) await (await world.service()).workLane(message);
    expect(await puts()).toHaveLength(1);
  });

  it('stops after a group that failed, and says of the others why; the next run takes all of them up', async () => {
    await open({ a: target('a'), b: target('b'), far: target('far', { lane: 'elsewhere' }) });
    const match = { method: 'PUT', pathIncludes: '/ipGroups/a-1' };
    await world.faults([{ match, effect: { operation: 'Failed', revert: true, code: 'IpGroupsUpdateFailed' } }]);
    const view = await world.run();
    expect(view.status).toBe('partial');
    const [a, b, far] = view.targets.map(({ outcomes }) => outcomes[0]);
    expect(a).toMatchObject({ result: 'failed', text: expect.stringContaining('IpGroupsUpdateFailed') });
    expect(b).toMatchObject({ result: 'failed', writes: 0 });
    expect(b?.text).toMatch(/^not attempted because the write of target a, .* failed: .*IpGroupsUpdateFailed/);
    expect(far).toMatchObject({ result: 'done' });
    expect((await puts()).map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['a-1', 'far-1']);
    expect((await world.run()).status).toBe('applied');
    expect(await puts()).toHaveLength(2);
  });

  it('goes on after a target that failed before its first request', async () => {
    await open({ a: target('a'), b: target('b') });
    const message = await beginRun();
    // Whatever is read of the first target makes no sense any more.
    const list = { method: 'GET', pathIncludes: '/ipGroups' };
    await world.faults([{ match: list, times: 2, effect: { status: 200 } }]);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view?.targets.map(({ outcomes }) => outcomes[0]?.result)).toEqual(['failed', 'done']);
  });

  it('that is given up fails what is left with the reason, and closes the run', async () => {
    await open({ a: target('a'), b: target('b') });
    const message = await beginRun();
    await (await world.service()).giveUpLane(message, 'storage answered 500');
    await (await world.service()).giveUpLane(message, 'again');
    const view = await (await world.service()).run(message.run);
    expect(view?.status).toBe('failed');
    const texts = view?.targets.flatMap(({ outcomes }) => outcomes.map(({ text }) => text));
    expect(texts).toEqual([expect.stringMatching(/^given up: storage answered 500/), expect.anything()]);
    await world.drain();
    expect(await puts()).toEqual([]);
    expect((await world.run()).status).toBe('applied');
  });
});
