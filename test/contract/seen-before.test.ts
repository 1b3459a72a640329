import { expect, inject, test } from 'vitest';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { Actor } from '../../src/core/decisions/decision.ts';
import { emptyLedger } from '../../src/core/judge/ledger.ts';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import type { RunMessage } from '../../src/ports/queues.ts';
import { OpenRunError } from '../../src/ports/runs.ts';
import { keepConfig } from '../../src/run/keep-config.ts';
import { openConfigs } from '../../src/store/blobs.ts';
import { freshInstance, openTestStore, testTime } from '../support/open-test-store.ts';
import { sampleClosing, sampleIntent, samplePlan } from '../support/samples.ts';
import { testSealKey } from '../support/seal-key.ts';

// What a process read is changed without reading it again. What another one did meanwhile must count all the same.

const message = (run: string, targets: readonly string[]): RunMessage => ({ schema: 1, run, trigger: 'http', targets });

async function two() {
  const instance = freshInstance();
  return [await openTestStore({ instance }), await openTestStore({ instance })] as const;
}

test('a run covers what was asked for after its worker looked around', async () => {
  const [worker, other] = await two();
  await worker.runs.request(message('r', ['a']));
  await worker.damage.look();
  await other.runs.request(message('s', ['b']));
  expect(await worker.runs.take(message('r', []), 1)).toMatchObject({ run: 'r', targets: ['a', 'b'] });
});

test('no generation is given twice', async () => {
  const [worker, other] = await two();
  await worker.damage.look();
  expect(await other.runs.nextGeneration()).toBe(1);
  expect(await worker.runs.nextGeneration()).toBe(2);
  expect(await other.runs.nextGeneration()).toBe(3);
});

test('a run that another worker recorded meanwhile keeps this one from being recorded', async () => {
  const [worker, other] = await two();
  await worker.damage.look();
  await other.runs.record(sampleIntent('first'), [samplePlan('east')]);
  await expect(worker.runs.record(sampleIntent('second', { generation: 2 }), [])).rejects.toThrow(OpenRunError);
  await other.runs.close('first', sampleClosing);
  expect(await worker.runs.record(sampleIntent('second', { generation: 2 }), [])).toBe('recorded');
  expect((await other.runs.open())?.intent.run).toBe('second');
});

test('the same run, recorded by another worker meanwhile, stays as that one recorded it', async () => {
  const [worker, other] = await two();
  expect(await worker.runs.recorded('r')).toBeUndefined();
  await other.runs.record(sampleIntent('r'), [samplePlan('east')]);
  expect(await worker.runs.record(sampleIntent('r', { generation: 2 }), [samplePlan('west')])).toBe('known');
  expect((await other.runs.recorded('r'))?.intent.generation).toBe(1);
  expect((await other.runs.plans('r')).map(({ target }) => target)).toEqual(['east']);
});

test('a generation that was raised meanwhile is never lowered', async () => {
  const [worker, other] = await two();
  await other.targetRecords.raise(['a', 'b'], 1);
  await worker.damage.look();
  await other.targetRecords.raise(['a'], 7);
  await worker.targetRecords.raise(['a', 'b', 'c'], 3);
  const now = await Promise.all(['a', 'b', 'c'].map((target) => other.targetRecords.generation(target)));
  expect(now).toEqual([7, 3, 3]);
});

test('a ledger that came into force meanwhile is not replaced', async () => {
  const [worker, other] = await two();
  await worker.ledgers.put('l', emptyLedger('Public'), nothingAnnounced);
  expect(await worker.ledgers.current()).toBeUndefined();
  await other.ledgers.put('m', emptyLedger('Public'), nothingAnnounced);
  await other.ledgers.putInForce('m', undefined);
  await expect(worker.ledgers.putInForce('l', undefined)).rejects.toThrow('expected no ledger in force, got m');
  expect((await worker.ledgers.current())?.name).toBe('m');
});

test('everyone who gave a config is noted, also who gave it back', async () => {
  const connectionString = inject('azurite');
  const authors = (await openTestStore()).configAuthors;
  const configs = await openConfigs({ connectionString }, freshInstance(), { keys: [testSealKey] });
  const [anna, ben] = [{ name: 'anna', how: 'claimed' } as const, { name: 'ben', how: 'claimed' } as const];
  const loadedOf = (tag: string) => {
    const lists = { west: { tags: [tag] } };
    const text = JSON.stringify({ schema: 1, instance: 'contoso', cloud: 'Public', lists, targets: {} });
    return { text, loaded: parseConfig(text, { file: 'config.json', kinds: knownKinds, now: testTime }) };
  };
  const [west, east] = [loadedOf('Storage.WestUS'), loadedOf('Storage.EastUS')];
  const give = (config: typeof west, by?: Actor) =>
    keepConfig({ configs, authors }, { ...config, from: 'a file', ...(by ? { by } : {}) }, testTime);
  await give(west, anna);
  await give(west, ben);
  await give(east, anna);
  expect(await authors.of(west.loaded.hash)).toEqual({ persons: [anna, ben], unknown: false });
  await give(west);
  await give(east, anna);
  expect(await authors.of(west.loaded.hash)).toEqual({ persons: [anna, ben], unknown: true });
  expect(await authors.of(east.loaded.hash)).toEqual({ persons: [anna], unknown: false });
  expect(await configs.lastGood()).toMatchObject({ text: east.text, by: anna });
});
