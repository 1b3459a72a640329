import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { makeService } from '../../src/run/make-service.ts';
import type { RunView } from '../../src/run/service.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Whatever is asked for is looked at by a run that begins afterwards, and covers it.

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = (name: string) => ({ kind: 'ip-group', mode: 'sync', list: 'west', ...place, name, location: 'westus' });
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { a: group('a'), b: group('b'), c: group('c') },
};
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const [fresh, newer] = ['20.1.0.0/24', '20.2.0.0/24'] as const;

let folder: string;
let world: World;
let number: number;

async function publish(date: string, prefixes: readonly string[]): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber: number++, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path, now: `${date}T12:00:00Z` });
}

const seen = async (run: string): Promise<RunView> => {
  const view = await (await world.service()).run(run);
  if (!view) throw new Error(`run ${run} is unknown`);
  return view;
};
const targetsOf = ({ targets }: RunView) => targets.map(({ id }) => id);
const beginsWith = async (run: string) => (await world.service()).startRun({ schema: 1, run, trigger: 'http' });

beforeEach(async () => {
  number = 200;
  folder = await mkdtemp(join(tmpdir(), 'service-tags-requests-'));
  world = await openWorld(inject('azurite'), config);
  await publish('2024-01-15', base);
  expect((await world.run()).status).toBe('applied');
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test('one target, then another, then the slot of the timer, while a run is open: all are looked at', async () => {
  const service = await world.service();
  await publish('2024-01-22', [...base, fresh]);
  const first = await service.requestRun({ trigger: 'http', targets: ['a'] });
  expect(first).toMatchObject({ status: 'queued', joined: false, targets: ['a'] });
  expect(await seen(first.run)).toMatchObject({ status: 'queued', targets: [{ id: 'a', status: 'queued' }] });
  await beginsWith(first.run);
  expect((await seen(first.run)).status).toBe('running');

  const second = await service.requestRun({ trigger: 'http', targets: ['b'] });
  expect(second).toMatchObject({ joined: false, targets: ['b'] });
  expect(targetsOf(await seen(second.run))).toEqual(['b']);
  const slot = await service.requestRun({ trigger: 'timer' });
  expect(slot).toEqual({ run: second.run, status: 'queued', joined: true, targets: ['a', 'b', 'c'] });
  expect(targetsOf(await seen(slot.run))).toEqual(['a', 'b', 'c']);
  // The timer is there for this, and the open run has read another one.
  await publish('2024-01-29', [...base, fresh, newer]);
  await world.drain();

  const done = await seen(first.run);
  expect(targetsOf(done)).toEqual(['a']);
  expect(done).toMatchObject({ status: 'applied', publication: { changeNumber: 201 } });
  const next = await seen(slot.run);
  expect(targetsOf(next)).toEqual(['a', 'b', 'c']);
  expect(next).toMatchObject({ status: 'applied', publication: { changeNumber: 202 } });
  for (const target of ['a', 'b', 'c']) expect(await world.live(target)).toEqual([...base, fresh, newer]);
  const last = await world.run();
  expect([slot.run, first.run]).not.toContain(last.run);
  expect(last.status).toBe('no-change');
  expect(await (await world.service()).runs(9)).toHaveLength(4);
});

test('a decision that is recorded while a run is open is taken up by the run that the answer names', async () => {
  await publish('2024-01-22', base.slice(4));
  expect((await world.run()).status).toBe('waiting');
  await publish('2024-01-29', [...base.slice(4), fresh]);
  const { run: open } = await world.begin();
  expect((await seen(open)).status).toBe('running');

  const taken = await world.say({ kind: 'answer-publication', changeNumber: 201, answer: 'remove' });
  expect(taken.run).not.toBe(open);
  expect(taken.status).toBe('applied');
  expect(await world.live('a')).toEqual([...base.slice(4), fresh]);
});

test('a decision that is recorded while a run reads its inputs is taken up by the next one', async () => {
  await publish('2024-01-22', base.slice(4));
  expect((await world.run()).status).toBe('waiting');
  const { run } = await (await world.service()).requestRun({ trigger: 'http' });
  const context = await createContext(world.env, () => {});
  const [reading, decided] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = makeService({
    ...context,
    // Decisions are read before the source is.
    source: async () => {
      reading.resolve();
      await decided.promise;
      return context.source();
    },
  });
  const beginning = slow.startRun({ schema: 1, run, trigger: 'http' });
  await reading.promise;
  const { run: next, joined } = await (await world.desk()).record(
    { kind: 'answer-publication', changeNumber: 201, answer: 'remove' },
    { by: { name: 'on call', how: 'claimed' }, why: 'a test' },
  );
  decided.resolve();
  await beginning;
  expect([joined, next === run]).toEqual([false, false]);
  await world.drain();
  expect(await seen(run)).toMatchObject({ closedAt: expect.any(String), armWrites: 0 });
  expect((await seen(next)).status).toBe('applied');
  expect(await world.live('b')).toEqual(base.slice(4));
});

test.each([
  ['housekeeping', async () => (await world.service()).runMaintenance()],
  [
    'the next request',
    async () => void (await (await world.service()).requestRun({ trigger: 'http', targets: ['c'] })),
  ],
])('a request whose message was never sent is sent by %s', async (_name, by) => {
  await publish('2024-01-22', [...base, fresh]);
  const { runs } = await createContext(world.env, () => {});
  await runs.request({ schema: 1, run: 'r-dead', trigger: 'http', targets: ['b'] });
  await world.drain();
  expect((await seen('r-dead')).status).toBe('queued');
  await by();
  await world.drain();
  expect(await seen('r-dead')).toMatchObject({ status: 'applied' });
  expect(await world.live('b')).toContain(fresh);
});

test('a run that died while it read its inputs is begun again, and so is the one asked for after it', async () => {
  await publish('2024-01-22', [...base, fresh]);
  const service = await world.service();
  const context = await createContext(world.env, () => {});
  const { run } = await service.requestRun({ trigger: 'http', targets: ['a'] });
  const dying = makeService({ ...context, source: () => Promise.reject(new Error('the process ends here')) });
  await expect(dying.startRun({ schema: 1, run, trigger: 'http' })).rejects.toThrow('ends here');
  const next = await service.requestRun({ trigger: 'timer' });
  expect(next).toMatchObject({ joined: false, targets: ['a', 'b', 'c'] });
  await world.drain();
  expect(targetsOf(await seen(run))).toEqual(['a']);
  expect(targetsOf(await seen(next.run))).toEqual(['a', 'b', 'c']);
  expect([(await seen(run)).status, (await seen(next.run)).status].sort()).toEqual(['applied', 'applied']);
});
