import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { HoldView } from '../../src/operator/operator.ts';
import type { RunView } from '../../src/run/service.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { inOrder } from '../support/history.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const agents = { kind: 'nsg', mode: 'sync', list: 'west', ...place, nsg: 'nsg-build', rule: 'acr', priority: 200 };
const tag = 'Storage.WestUS';
const configOf = (families: readonly string[]) => ({
  lists: { west: { tags: [tag], families } },
  targets: { agents },
});

const own = Array.from({ length: 20 }, (_, i) => `20.1.${i * 2}.0/24`);
const six = Array.from({ length: 12 }, (_, i) => `2603:1000:${i * 2 + 1}::/48`);
const all = [...own, ...six];
const east = ['20.3.0.0/24'];

let world: World;
let folder: string;
let week: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parents-'));
  world = await openWorld(inject('azurite'), configOf(['ipv4', 'ipv6']));
  week = 0;
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** A week later, a file in which the tag has these, and its parents those. */
async function publish(regional: readonly string[], global = regional, region = regional): Promise<RunView> {
  week += 1;
  const now = new Date(Date.UTC(2024, 0, 1 + week * 7, 12)).toISOString();
  const path = join(folder, `ServiceTags_Public_${now.slice(0, 10).replaceAll('-', '')}.json`);
  const tags = {
    [tag]: inOrder(regional),
    'Storage.EastUS': east,
    Storage: inOrder([...global, ...east]),
    'AzureCloud.westus': inOrder(region),
    'AzureCloud.eastus': east,
  };
  const numbers = Object.fromEntries(Object.keys(tags).map((name) => [name, 10 + week]));
  await writeFile(path, makeCatalogJson({ changeNumber: 200 + week, tags, tagChangeNumbers: numbers }));
  world.set({ publication: path, now });
  return world.run();
}

const holds = async (): Promise<readonly HoldView[]> => (await world.desk()).holds();
const live = async () => inOrder(await world.live('agents'));
const toldOf = ({ events }: RunView) => events.filter(({ kind }) => kind.startsWith('hold-')).map(({ kind }) => kind);

describe('a loss that the parents of the tag still have', () => {
  test('is written nowhere, asked of nobody, told once, and told when it heals, over six weeks', async () => {
    expect((await publish(all)).status).toBe('applied');
    const bad = [...own.slice(16), ...six];
    const honest = '20.1.200.0/24';
    const lost = await publish([...bad, honest], [...all, honest], [...all, honest]);
    expect(lost.status).toBe('applied');
    expect(toldOf(lost)).toEqual(['hold-opened']);
    expect(await live()).toEqual(inOrder([...all, honest]));
    for (const _ of [1, 2, 3]) {
      const run = await publish([...bad, honest], [...all, honest], [...all, honest]);
      expect([run.status, toldOf(run)]).toEqual(['no-change', []]);
    }
    expect((await holds()).map(({ questions, otherwise }) => [questions, otherwise])).toEqual([
      [[], 'it stays allowed for as long as the parents of the tag have it'],
    ]);
    const healed = await publish([...all, honest]);
    expect([healed.status, toldOf(healed)]).toEqual(['no-change', ['hold-ended']]);
    expect(await live()).toEqual(inOrder([...all, honest]));
    expect(await holds()).toEqual([]);
  });

  test('is a question in the week in which one of them drops it, and none any more when it has it again', async () => {
    await publish(all);
    const bad = [...own.slice(16), ...six];
    expect((await publish(bad, all, all)).status).toBe('no-change');
    const asked = await publish(bad, all, bad);
    expect(asked.status).toBe('waiting');
    expect((await publish(bad, all, bad)).status).toBe('no-change');
    const settled = await publish(bad, all, all);
    expect(toldOf(settled)).toEqual(['hold-settled']);
    expect((await publish(bad, all, all)).events.filter(({ kind }) => kind.startsWith('hold-'))).toEqual([]);
    expect(await live()).toEqual(inOrder(all));
  });
});

test('a stranger waits over any number of files until somebody lets it in, and what is honest goes out beside it', async () => {
  await publish(all);
  const stranger = '8.8.8.0/24';
  const honest = ['20.1.200.0/24', '20.1.202.0/24', '20.1.204.0/24'];
  const first = await publish([...all, stranger, ...honest.slice(0, 1)], [...all, ...honest.slice(0, 1)]);
  expect(first.status).toBe('waiting');
  for (const n of [2, 3]) {
    const some = honest.slice(0, n);
    await publish([...all, stranger, ...some], [...all, ...some], [...all, stranger, ...some]);
    expect(await live()).toEqual(inOrder([...all, ...some]));
  }
  const [hold] = await holds();
  await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'keep' });
  await publish([...all, stranger, ...honest], [...all, ...honest]);
  expect(await live()).toEqual(inOrder([...all, stranger, ...honest]));
});

test('what no list holds is asked of nobody, until a list takes it in', async () => {
  await world.configure(configOf(['ipv4']));
  expect((await publish(all)).status).toBe('applied');
  const noSix = [...own];
  const strange = [...noSix, '2603:9999::/48'];
  for (const prefixes of [noSix, strange, strange]) {
    const run = await publish(prefixes, [...all], [...noSix]);
    expect([run.status, toldOf(run)]).toEqual(['no-change', []]);
  }
  expect(await holds()).toEqual([]);
  await world.configure(configOf(['ipv4', 'ipv6']));
  const run = await world.run();
  expect(toldOf(run)).toEqual(['hold-opened', 'hold-opened']);
  expect((await holds()).map(({ kind, questions }) => [kind, questions.length > 0])).toEqual([
    ['loss', true],
    ['gain', true],
  ]);
  expect((await world.live('agents')).filter((one) => one.includes(':'))).toEqual(six);
});
