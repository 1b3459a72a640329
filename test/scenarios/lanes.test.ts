import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseLaneMessage, parseRunMessage } from '../../src/api/messages.ts';
import type { LaneMessage } from '../../src/ports/lane-queue.ts';
import { workLane } from '../../src/run/lane.ts';
import type { Parts } from '../../src/run/parts.ts';
import { openParts } from '../../src/run/wire.ts';
import { queueNames } from '../../src/store/queue-names.ts';
import { type IpGroupConfig, ipGroup } from '../../src/targets/ip-group.ts';
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

/** Asks for a run and takes it to its intent; the messages of its lanes are in the queue then. */
async function beginRun(): Promise<LaneMessage> {
  const service = await world.service();
  await service.requestRun({ trigger: 'http' });
  const names = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  const queues = QueueServiceClient.fromConnectionString(inject('azurite'));
  const runs = queues.getQueueClient(names.runs);
  const [item] = (await runs.receiveMessages()).receivedMessageItems;
  if (!item) throw new Error('no run was asked for');
  await service.beginRun(parseRunMessage(decoded(item.messageText)));
  await runs.deleteMessage(item.messageId, item.popReceipt);
  const [lane] = await laneMessages();
  if (!lane) throw new Error('no lane was set to work');
  return lane;
}

/** Messages in the queue of lanes, as they lie there. */
async function laneMessages(): Promise<LaneMessage[]> {
  const { lanes } = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  const queue = QueueServiceClient.fromConnectionString(inject('azurite')).getQueueClient(lanes);
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => parseLaneMessage(decoded(messageText)));
}

async function emptyLanes(): Promise<void> {
  const { lanes } = queueNames(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
  await QueueServiceClient.fromConnectionString(inject('azurite')).getQueueClient(lanes).clearMessages();
}

/** Whether such a request has reached the simulated ARM. */
async function requested(method: string, end: string): Promise<boolean> {
  const log = (await (await fetch(`${world.arm}/-/log`)).json()) as { method: string; path: string }[];
  return log.some((one) => one.method === method && one.path.endsWith(end));
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
    while (!(await requested('PUT', '/hub-1')))
      if (child.exitCode !== null) throw new Error(`the worker ended: ${child.exitCode}`);
    child.kill('SIGKILL');
    await ended;
    await breakLeases();
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', targets: [{ outcomes: [{ result: 'done', writes: 0 }] }] });
    // The write of the worker that was killed is counted nowhere.
    expect(view).toMatchObject({ armWrites: 0, armWritesAtLeast: true });
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

describe('slots of a lane', () => {
  const names = Array.from({ length: 40 }, (_, i) => `list${i}`);
  const parallel = { parallel: 2 };
  const laneOf = (name: string) => ipGroup.lane(ipGroup.schema.parse(settingsOf(name)) as IpGroupConfig);
  const settingsOf = (name: string) => ({ ...place, name, location: 'westus', ...parallel });
  const first = laneOf('list0');
  /** Two targets in each of two slots, in the order in which a slot works them. */
  const [a, b] = names.filter((name) => laneOf(name) === first) as [string, string];
  const [c, d] = names.filter((name) => laneOf(name) !== first) as [string, string];
  const targets = () => Object.fromEntries([a, b, c, d].map((name) => [name, target(name, parallel)]));
  const broken = (name: string) => ({
    match: { method: 'PUT', pathIncludes: `/ipGroups/${name}-` },
    effect: { operation: 'Failed', revert: true, code: 'IpGroupsUpdateFailed' },
  });

  it.each([
    ['first', first, a],
    ['second', laneOf(c), c],
  ])('are all stopped by a failure in the %s, whichever goes first', async (_, lane, failing) => {
    await open(targets());
    await beginRun();
    const messages = (await laneMessages()).sort((one) => (one.lane === lane ? -1 : 1));
    expect(messages.map((one) => one.lane)).toHaveLength(2);
    await world.faults([broken(failing)]);
    for (const message of messages) await (await world.service()).workLane(message);
    const view = await (await world.service()).run(messages[0]?.run ?? '');
    const others = view?.targets.filter(({ id }) => id !== failing).map(({ outcomes }) => outcomes[0]);
    const said = new RegExp(`^not attempted because the write of target ${failing}, .* failed: .*IpGroupsUpdateFailed`);
    expect(others?.map((one) => one?.text)).toEqual(Array(3).fill(expect.stringMatching(said)));
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('applied');
    expect(await puts()).toHaveLength(4);
  });

  it('are stopped in the middle of a target: what is under way ends, no further group is begun', async () => {
    await open({ ...targets(), [c]: target(c, { ...parallel, entriesPerGroup: 1 }) }, 2_000);
    await beginRun();
    const [one, two] = (await laneMessages()).sort((message) => (message.lane === first ? -1 : 1));
    if (!one || !two) throw new Error('expected two lanes');
    await world.faults([{ match: broken(a).match, effect: { status: 400, code: 'IPGroupsIPAddressCountZero' } }]);
    const working = (await world.service()).workLane(two);
    while (!(await requested('PUT', `/${c}-1`)));
    await (await world.service()).workLane(one);
    await working;
    const view = await (await world.service()).run(one.run);
    const of = (name: string) => view?.targets.find(({ id }) => id === name)?.outcomes;
    expect(of(c)).toMatchObject([
      { subject: `${c}-1`, result: 'done', writes: 1 },
      { subject: `${c}-2`, result: 'failed', text: expect.stringMatching(`^not attempted .* write of target ${a}, `) },
    ]);
    expect(of(d)).toMatchObject([{ result: 'failed', text: expect.stringContaining(`write of target ${a}, `) }]);
    expect((await puts()).map(({ path }) => path.split('/').at(-1)).sort()).toEqual([`${a}-1`, `${c}-1`].sort());
  });

  it('are stopped by a failure, and a target whose worker ended meanwhile is looked at, not passed by', async () => {
    await open(targets(), 1_000);
    await beginRun();
    const [one, two] = (await laneMessages()).sort((message) => (message.lane === first ? -1 : 1));
    if (!one || !two) throw new Error('expected two lanes');
    await emptyLanes();
    const time = new AbortController();
    const working = workLane(await openParts(world.env, () => {}), two, time.signal);
    while (!(await requested('PUT', `/${c}-1`)));
    time.abort(new Error('time is over'));
    await working;
    await world.faults([{ match: broken(a).match, effect: { status: 400, code: 'IPGroupsIPAddressCountZero' } }]);
    await (await world.service()).workLane(one);
    await world.drain();
    const view = await (await world.service()).run(one.run);
    const of = (name: string) => view?.targets.find(({ id }) => id === name)?.outcomes;
    expect(of(c)).toMatchObject([{ result: 'done', resumed: true, writes: 0 }]);
    expect(of(d)).toMatchObject([{ result: 'failed', text: expect.stringContaining(`write of target ${a}, `) }]);
    expect(await puts()).toHaveLength(2);
  });

  it('read nothing of each other where there is one', async () => {
    await open({ a: target('a'), b: target('b') });
    const { run } = await beginRun();
    const { intent } = (await (await openParts(world.env, () => {})).runs.get(run)) ?? {};
    expect(intent?.lanes).toEqual([{ lane: expect.any(String), targets: ['a', 'b'] }]);
    await world.drain();
  });
});

describe('the time of one message', () => {
  /** Works a lane until `over` says that its time is. */
  async function workUntil(message: LaneMessage, over: (parts: Parts, end: () => void) => Parts): Promise<void> {
    const time = new AbortController();
    const parts = over(await openParts(world.env, () => {}), () => time.abort(new Error('time is over')));
    await workLane(parts, message, time.signal);
  }

  const outcomes = async ({ run }: LaneMessage) =>
    (await (await openParts(world.env, () => {})).runs.get(run))?.outcomes;

  it('ends in the middle of an operation: the next message waits for it and writes nothing', async () => {
    await open({ hub: target('hub') }, 2_000);
    const message = await beginRun();
    await emptyLanes();
    const time = new AbortController();
    const working = workLane(await openParts(world.env, () => {}), message, time.signal);
    while (!(await requested('PUT', '/hub-1')));
    time.abort(new Error('time is over'));
    await working;
    expect(await outcomes(message)).toEqual([]);
    expect(await laneMessages()).toEqual([message]);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', armWritesAtLeast: true });
    expect(view?.targets[0]?.outcomes).toMatchObject([{ result: 'done', resumed: true }]);
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('no-change');
  });

  it('ends between two targets: the next message does the rest', async () => {
    await open({ a: target('a'), b: target('b') });
    const message = await beginRun();
    await emptyLanes();
    await workUntil(message, (parts, end) => ({
      ...parts,
      runs: new Proxy(parts.runs, {
        get: (runs, key) => {
          const value: unknown = Reflect.get(runs, key, runs);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            const result: unknown = await value.apply(runs, given);
            if (key === 'insertOutcome') end();
            return result;
          };
        },
      }),
    }));
    expect(await outcomes(message)).toMatchObject([{ target: 'a', result: 'done' }]);
    expect(await laneMessages()).toEqual([message]);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', armWrites: 2 });
    expect(view?.armWritesAtLeast).toBeUndefined();
    expect(await puts()).toHaveLength(2);
  });
});
