import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import type { RunContext } from '../../src/run/context.ts';
import { makeService } from '../../src/run/make-service.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// What a run finds out about lists and decisions it finds out once, however many targets it has: what is found out anew for
// each of them takes time by the square of their number.

const many = Array.from({ length: 4 }, (_, index) => index);
const config = {
  lists: Object.fromEntries(many.map((index) => [`list-${index}`, { tags: ['Storage.WestUS'] }])),
  targets: Object.fromEntries(
    many.map((index) => [`t-${index}`, { kind: 'feed', mode: 'sync', list: `list-${index}`, name: `f-${index}` }]),
  ),
};
const base = ['20.0.0.0/24', '20.0.2.0/24'];

let world: World;
let folder: string;

async function publish(changeNumber: number, date: string, prefixes: readonly string[]): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${date}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path });
}

/** The service with a count of how often it reads all decisions, and how often it resolves each list. */
async function counted() {
  const context = await createContext(world.env, () => undefined);
  const counts = { decisions: 0, lists: many.map(() => 0) };
  const { controls, loaded } = context;
  const lists = Object.entries(loaded.config.lists).map(([name, list], index) => {
    const never = {
      enumerable: true,
      get: () => {
        counts.lists[index] = (counts.lists[index] ?? 0) + 1;
        return list.never;
      },
    };
    return [name, Object.defineProperty({ ...list }, 'never', never)];
  });
  const counting: RunContext = {
    ...context,
    controls: {
      append: (decision) => controls.append(decision),
      all: () => {
        counts.decisions++;
        return controls.all();
      },
    },
    loaded: { ...loaded, config: { ...loaded.config, lists: Object.fromEntries(lists) } },
  };
  return { service: makeService(counting), counts };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-many-'));
  world = await openWorld(inject('azurite'), config);
  await publish(200, '20240115', base);
  world.set({ now: '2024-01-16T12:00:00Z' });
  expect((await world.run()).status).toBe('applied');
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test('planning reads decisions once and resolves each list once', async () => {
  await publish(201, '20240122', [...base, '20.0.6.0/24']);
  world.set({ now: '2024-01-23T12:00:00Z' });
  const { service, counts } = await counted();
  expect((await service.dryRun({ trigger: 'http' })).plans.map(({ changes }) => changes.length)).toEqual(
    many.map(() => 1),
  );
  expect(counts).toEqual({ decisions: 1, lists: many.map(() => 1) });
});

test('closing reads decisions once more, and resolves each list once to look at deadlines, and once to tell', async () => {
  await world.say({ kind: 'pause' }, { why: 'change freeze' });
  await publish(201, '20240122', [...base, '20.0.6.0/24']);
  // So late that this run itself says which targets lack what is announced.
  world.set({ now: '2024-01-28T12:00:00Z' });
  const { run } = await (await world.service()).requestRun({ trigger: 'http' });
  const { service, counts } = await counted();
  await service.startRun({ schema: 1, run, trigger: 'http' });
  const events = (await service.run(run))?.events ?? [];
  expect(events.filter(({ kind }) => kind === 'deadline-in-danger')).toHaveLength(many.length);
  expect(counts).toEqual({ decisions: 2, lists: many.map(() => 3) });
});
