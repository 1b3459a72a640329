import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Pipelines put the addresses of their agents into a registry's rules and take them out again, whole lists at a time, while
// this service does the same.

const acr = {
  kind: 'registry',
  mode: 'sync',
  list: 'builds',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-network',
  registry: 'contoso',
  accept: { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' },
};
const agent = '198.51.100.7';
const newAgent = '198.51.100.8';
const ours = ['20.0.0.0/24', '40.0.0.0/24'];
const added = '60.0.0.0/24';

/** Of a run that writes, the looks at the registry: two for the plan, two again right before, and from here on those about the write. */
const look = { beforeWrite: 5, afterWrite: 6, onceMore: 7, readBack: 8 } as const;

let world: World;
let folder: string;
let id: string;

async function publish(changeNumber: number, prefixes: readonly string[], now: string): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${now.slice(0, 10).replaceAll('-', '')}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path, now });
}

const rules = (values: readonly string[]) => ({
  networkRuleSet: { defaultAction: 'Deny', ipRules: values.map((value) => ({ action: 'Allow', value })) },
});
/** Another client's write of a whole list, just before the nth look at the registry is answered. */
const meanwhile = (nth: number, values: readonly string[]) => ({
  match: { method: 'GET', pathIncludes: '/registries/', nth },
  effect: { foreign: { id, merge: { properties: rules(values) } } },
});
const entries = async () => [...(await world.live('acr'))].sort();
const sorted = (...values: readonly string[]) => [...values].sort();
const told = (view: { readonly events: readonly { readonly kind: string }[] }) =>
  view.events.filter(({ kind }) => kind === 'changed-meanwhile');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'writers-'));
  world = await openWorld(inject('azurite'), {
    lists: { builds: { tags: ['Storage.WestUS'] } },
    targets: { acr },
  });
  id = `${world.group}/providers/Microsoft.ContainerRegistry/registries/contoso`;
  await world.seed({
    [id]: {
      location: 'westus',
      sku: { name: 'Premium' },
      properties: { publicNetworkAccess: 'Enabled', ...rules([agent]) },
    },
  });
  await publish(200, ours, '2024-01-02T00:00:00Z');
  expect((await world.run()).status).toBe('applied');
  expect(await entries()).toEqual(sorted(agent, ...ours));
  await publish(201, [...ours, added], '2024-01-09T00:00:00Z');
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function expectSettled(...values: readonly string[]): Promise<void> {
  expect(await entries()).toEqual(sorted(...values));
  await world.faults([]);
  await world.writes();
  const next = await world.run();
  expect(next.status).toBe('no-change');
  expect(told(next)).toEqual([]);
  expect(await world.writes()).toEqual([]);
  expect(await entries()).toEqual(sorted(...values));
}

describe('a pipeline that writes the rules of a registry while this service does', () => {
  test.each([
    ['comes before the reading of the write', look.beforeWrite, ours],
    ['comes right after the write', look.afterWrite, [...ours, added]],
    ['comes some seconds after the write', look.onceMore, [...ours, added]],
    ['comes before it is read back', look.readBack, [...ours, added]],
  ])('keeps what it did, and is told of, where it %s', async (_, nth, rest) => {
    await world.faults([meanwhile(nth, [newAgent, ...rest])]);
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(told(view)).toEqual([{ kind: 'changed-meanwhile', target: 'acr', came: [newAgent], gone: [agent] }]);
    expect(view.targets[0]?.outcomes[0]).toMatchObject({ meanwhile: { came: [newAgent], gone: [agent] } });
    await expectSettled(newAgent, ...ours, added);
  });

  test.each([
    ['right after the write', look.afterWrite],
    ['some seconds after the write', look.onceMore],
  ])('does not undo it with an older list %s: ours goes in again beside what it did', async (_, nth) => {
    await world.faults([meanwhile(nth, [agent, newAgent, ...ours])]);
    await world.writes();
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(told(view)).toEqual([
      { kind: 'changed-meanwhile', target: 'acr', came: [newAgent], gone: [], undone: true },
    ]);
    expect(await world.writes()).toHaveLength(2);
    await expectSettled(agent, newAgent, ...ours, added);
  });

  test('does not put back with an older list what was to go', async () => {
    await world.configure({
      lists: {
        builds: { tags: ['Storage.WestUS'], never: [{ prefix: '40.0.0.0/24', reason: 'r', owner: 'o' }] },
      },
      targets: { acr },
    });
    await world.faults([meanwhile(look.onceMore, [agent, ...ours])]);
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(told(view)).toEqual([{ kind: 'changed-meanwhile', target: 'acr', came: [], gone: [], undone: true }]);
    await expectSettled(agent, '20.0.0.0/24', added);
  });

  test('that goes on undoing it is named, and the next run begins anew', async () => {
    await world.faults([
      meanwhile(look.onceMore, [agent, ...ours]),
      // The plan made again looks twice, and its write three times.
      meanwhile(look.onceMore + 5, [agent, ...ours]),
    ]);
    const view = await world.run();
    expect(view.status).toBe('failed');
    expect(view.targets[0]?.outcomes[0]?.text).toContain('another writer put an older list in the place of ours');
    expect(view.targets[0]?.outcomes[0]?.error).toMatchObject({ kind: 'conflict' });
    await world.faults([]);
    expect((await world.run()).status).toBe('applied');
    await expectSettled(agent, ...ours, added);
  });
});
