import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { HoldView } from '../../src/operator/operator.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const hub = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' };
const config = { lists: { west: { tags: ['Storage.WestUS'] } }, targets: { hub } };
const ranges = Array.from({ length: 12 }, (_, i) => `20.0.${2 * i}.0/24`);

let world: World;
let folder: string;
let changeNumber: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'withdraw-'));
  world = await openWorld(inject('azurite'), config);
  changeNumber = 200;
  await publish(ranges);
  expect((await world.run()).status).toBe('applied');
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function publish(prefixes: readonly string[]): Promise<void> {
  changeNumber += 1;
  const now = `2024-01-${String(changeNumber - 190)}T12:00:00Z`;
  const path = join(folder, `ServiceTags_Public_${now.slice(0, 10).replaceAll('-', '')}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path, now });
}

const holds = async (): Promise<readonly HoldView[]> => (await world.desk()).holds();
const live = async () => (await world.live('hub')).toSorted();

/** Two further runs that change nothing. */
async function quiet(): Promise<void> {
  await world.writes();
  for (const _ of [1, 2]) expect((await world.run()).status).toBe('no-change');
  expect(await world.writes()).toEqual([]);
}

/** The latest decision of a kind. */
async function latest(kind: string): Promise<string> {
  return (await world.decisions()).findLast((one) => one.kind === kind)?.id ?? '';
}

describe('withdrawing a decision puts back what was asked', () => {
  test('an answer that removed a loss: the ranges are allowed again, and the question is open again', async () => {
    await publish(ranges.slice(4));
    await world.run();
    const [hold] = await holds();
    await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove' });
    await quiet();
    expect(await live()).toEqual(ranges.slice(4).toSorted());

    const view = await world.say({ kind: 'withdraw', word: await latest('answer') });
    expect(view.events).toContainEqual(expect.objectContaining({ kind: 'hold-opened', hold: hold?.id }));
    expect(await live()).toEqual(ranges.toSorted());
    expect(await holds()).toMatchObject([{ id: hold?.id, prefixes: ranges.slice(0, 4), questions: hold?.questions }]);
    await quiet();
  });

  test('an answer that let a gain in: it goes out, and is held again', async () => {
    const strange = '20.128.0.0/9';
    await publish([...ranges, strange]);
    await world.run();
    const [hold] = await holds();
    expect(hold).toMatchObject({ kind: 'gain', prefixes: [strange] });
    await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'keep' });
    expect(await live()).toContain(strange);
    const found = await (await world.desk()).lookup('20.200.0.1');
    expect(found.targets[0]?.grants).toMatchObject([
      {
        prefixes: ['20.200.0.1/32'],
        cause: { kind: 'publication', changeNumber, tag: 'Storage.WestUS' },
        decisions: [{ by: 'on call', why: 'a test' }],
      },
    ]);
    await quiet();

    await world.say({ kind: 'withdraw', word: await latest('answer') });
    expect(await live()).toEqual(ranges.toSorted());
    expect(await holds()).toMatchObject([{ id: hold?.id, prefixes: [strange] }]);
    await quiet();
  });

  test('an answer that kept a loss: it is a question again', async () => {
    await publish(ranges.slice(4));
    await world.run();
    const [hold] = await holds();
    await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'keep' });
    expect(await holds()).toMatchObject([{ answered: { answer: 'keep' } }]);
    await world.say({ kind: 'withdraw', word: await latest('answer') });
    expect((await holds())[0]).not.toHaveProperty('answered');
    expect(await live()).toEqual(ranges.toSorted());
    await quiet();
  });

  test('is refused where there is nothing left of it, and for a pause, which is resumed', async () => {
    const said = async (word: string) => {
      const operator = await world.desk();
      const by = { name: 'on call', how: 'claimed' } as const;
      return operator.record({ kind: 'withdraw', word }, { by, why: 'a test' }).then(
        () => undefined,
        (error: Error) => error.message,
      );
    };
    expect(await said('d-0')).toContain('there is no decision d-0');
    await world.say({ kind: 'pause' });
    expect(await said(await latest('pause'))).toContain('`resume` ends it');
  });
});

test('an answer to some ranges of what a list no longer selects leaves the rest to its clock', async () => {
  await world.configure({ ...config, lists: { west: { prefixes: ranges.slice(0, 10) } } });
  await world.run();
  const [hold] = await holds();
  expect(hold).toMatchObject({ kind: 'config', prefixes: ranges.slice(10) });
  await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove', ranges: ranges.slice(11) });
  expect(await live()).toEqual(ranges.slice(0, 11).toSorted());
  expect(await holds()).toMatchObject([{ prefixes: [ranges[10]] }]);
  await quiet();
});
