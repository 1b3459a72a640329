import type { DecisionRequest } from '../../src/operator/operator.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseRunMessage } from '../../src/queues/messages.ts';
import type { ConfigPlan } from '../histories/world/config-plan.ts';
import { type Edition, fileOf } from '../histories/world/publish.ts';
import { dayMs, World } from '../histories/world/world.ts';

const start = new Date('2026-01-05T08:00:00.000Z');
const never = { add: 'never', remove: 'never' } as const;
const always = { add: 'always', remove: 'always' } as const;
const target = { mode: 'sync', adopt: false, foreignEntries: 'keep', approval: never } as const;
const list = { always: [], never: [], names: [] };

const config: ConfigPlan = {
  lists: {
    west: { ...list, tags: ['Storage.WestUS'] },
    acr: { ...list, tags: ['AzureContainerRegistry.WestUS'] },
    both: { ...list, tags: ['Storage.WestUS', 'AzureContainerRegistry.WestUS'] },
  },
  targets: {
    group: { ...target, kind: 'ip-group', list: 'west' },
    build: { ...target, kind: 'nsg', list: 'acr', approval: always },
    hub: { ...target, kind: 'firewall-policy', list: 'both' },
    branches: { ...target, kind: 'feed', list: 'both' },
  },
};

/** Where an instance stands when something of it is damaged. */
export const stages = ['at rest', 'planned'] as const;
export type Stage = (typeof stages)[number];

/**
 * A service of some weeks that has one of everything it stores: runs, a hold with a clock and one with a question, an approved
 * part and one that waits, a pause, an answer, a refused file, what was told. `planned`: a run has recorded its plans, and its
 * lanes are not worked yet.
 */
export async function filledInstance(stage: Stage): Promise<World> {
  const world = new World(start);
  world.configure(config);
  const storage = addresses('20.0.0', 0, 12);
  const acr = addresses('20.0.0', 32, 6);
  await week(world, 100, { 'Storage.WestUS': storage, 'AzureContainerRegistry.WestUS': acr });
  await say(world, { kind: 'approve', part: await waitingPart(world) });
  // One range goes by the clock, one comes at once; for `build` both wait for a person.
  const fewer = [...storage.slice(1), ...addresses('20.0.0', 20, 1)];
  await week(world, 101, { 'Storage.WestUS': fewer, 'AzureContainerRegistry.WestUS': acr });
  await week(world, 102, { 'Storage.WestUS': fewer, 'AzureContainerRegistry.WestUS': [...acr, '20.0.0.40'] });
  // Half of a tag at once is a question.
  await week(world, 103, {
    'Storage.WestUS': fewer.slice(6),
    'AzureContainerRegistry.WestUS': [...acr, '20.0.0.40'],
  });
  await say(world, { kind: 'pause', target: 'hub', until: new Date(world.now + 30 * dayMs).toISOString() });
  world.offered = { ...fileOf(edition(world, 104, {})), bytes: Buffer.from('{"values": [') };
  await run(world);
  await world.keepHouse();
  await world.drain();
  const last = { 'Storage.WestUS': [...fewer.slice(6), '20.0.0.50'], 'AzureContainerRegistry.WestUS': acr };
  world.step(7 * dayMs);
  world.offered = fileOf(edition(world, 104, last));
  if (stage === 'planned') await begin(world);
  return world;
}

/** One run, and what follows from it. */
export async function run(world: World): Promise<void> {
  await (await world.open()).service.requestRun({ trigger: 'http' });
  await world.drain();
}

async function week(world: World, number: number, tags: Readonly<Record<string, readonly string[]>>): Promise<void> {
  world.step(7 * dayMs);
  world.offered = fileOf(edition(world, number, tags));
  await run(world);
}

/** A run up to its plans. */
async function begin(world: World): Promise<void> {
  const { service } = await world.open();
  await service.requestRun({ trigger: 'http' });
  const queue = world.account.queue(queueNames('service-tag-sync').runs);
  const message = queue.receive(60);
  if (message === undefined) throw new Error('expected a message for the run that was asked for, got none');
  await service.startRun(parseRunMessage(JSON.parse(Buffer.from(message.text, 'base64').toString('utf8'))));
  queue.delete(message);
}

function edition({ now }: World, number: number, tags: Readonly<Record<string, readonly string[]>>): Edition {
  const date = new Date(now).toISOString().slice(0, 10);
  const all = { 'Storage.EastUS': addresses('20.0.0', 60, 2), ...tags };
  return { number, date, tags: new Map(Object.entries(all).map(([name, some]) => [name, new Set(some)])) };
}

async function say(world: World, request: DecisionRequest): Promise<void> {
  const { desk } = await world.open();
  await desk.record(request, { by: { name: 'on call', how: 'claimed' }, why: 'torture' });
  await world.drain();
}

async function waitingPart(world: World): Promise<string> {
  const { desk } = await world.open();
  const { items } = await desk.inbox();
  const part = items.find(({ kind }) => kind === 'part')?.id;
  if (part === undefined) throw new Error(`expected a part that waits, got ${items.map(({ kind }) => kind).join()}`);
  return part;
}

function addresses(network: string, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${network}.${from + i}`);
}
