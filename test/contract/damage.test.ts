import { describe, expect, test } from 'vitest';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import { StoredFormatError } from '../../src/ports/store.ts';
import type { Store } from '../../src/store/open.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { rawContainer, rawTable } from '../support/raw-storage.ts';
import {
  refusedPublication,
  sampleChange,
  sampleClosing,
  sampleIntent,
  sampleLedger,
  sampleMemory,
  sampleOutcome,
  samplePlan,
  sampleWord,
} from '../support/samples.ts';
import { testSealKey } from '../support/seal-key.ts';

const table = rawTable();
const container = rawContainer();

/** Ways in which a row is not what this service wrote there. */
const damages: Record<string, (row: Record<string, unknown>) => Record<string, unknown>> = {
  'content that is no JSON': (row) => ({ ...row, text0: '{"schema":1,"int' }),
  'no content': ({ text0: _, ...row }) => row,
  'no seal': ({ seal: _, ...row }) => row,
  'the seal of another content': (row) => ({ ...row, text0: String(row.text0).replace('"schema":2', '"schema": 2') }),
  'a seal of another key': (row) => ({ ...row, seal: 'A'.repeat(43) }),
  'a number in place of its seal': (row) => ({ ...row, seal: 7 }),
};

test('a schema in a column, which no seal covers, stops nothing', async () => {
  const instance = freshInstance();
  const store = await fill(instance);
  for (const [partition, key] of [
    ['run|r', 'intent'],
    ['state', 'open'],
    ['words', 'b'],
  ] as const) {
    await damage(instance, partition, key, (row) => ({ ...row, schema: 99 }));
  }
  expect((await store.runs.open())?.intent.run).toBe('r');
  await store.runs.close('r', sampleClosing);
  expect(await store.runs.record(sampleIntent('next', { generation: 8 }), [])).toBe('recorded');
  expect(await store.controls.all()).toHaveLength(3);
});

test('the content of a damaged row is kept as long as the row, also where it was set aside', async () => {
  const instance = freshInstance();
  const { damage: found, controls, retention } = await openTestStore({ instance });
  await controls.append({ ...sampleWord('a'), why: 'long'.repeat(150_000) });
  await damage(instance, 'words', 'a', ({ seal: _, ...row }) => row);
  const past = () => retention.pastTexts({ before: '2100-01-01T00:00:00.000Z' });
  expect(await past()).toEqual([]);
  for (const one of await found.find()) await found.setAside(one);
  expect(await controls.all()).toEqual([]);
  expect(await past()).toEqual([]);
  await rawTable().deleteEntity(`${instance}|Public|set-aside`, await asideKey(instance));
  expect(await past()).toHaveLength(1);
});

async function asideKey(instance: string): Promise<string> {
  const filter = `PartitionKey eq '${instance}|Public|set-aside'`;
  for await (const { rowKey = '' } of table.listEntities({ queryOptions: { filter } })) return rowKey;
  throw new Error('expected a row that was set aside');
}

async function damage(instance: string, partition: string, key: string, how: (typeof damages)[string]): Promise<void> {
  const partitionKey = `${instance}|Public|${partition}`;
  const { etag, timestamp, ...row } = await table.getEntity<Record<string, unknown>>(partitionKey, key);
  await table.updateEntity({ ...how(row), partitionKey, rowKey: key }, 'Replace');
}

async function fill(instance: string): Promise<Store> {
  const store = await openTestStore({ instance });
  await store.runs.nextGeneration();
  await store.runs.request({ schema: 1, run: 'q', trigger: 'http' });
  await store.runs.record(sampleIntent('r', { generation: 7, targets: ['east'] }), [samplePlan('east')]);
  await store.runs.insertOutcome('r', sampleOutcome('east'));
  await store.targetRecords.put(sampleMemory('east'));
  await store.targetRecords.raise(['east'], 7);
  await store.ledgers.put('l', sampleLedger(), nothingAnnounced);
  await store.ledgers.putInForce('l', undefined);
  await store.publications.put(refusedPublication, Buffer.from('{}'));
  await store.history.append([sampleChange()]);
  for (const id of ['a', 'b', 'c']) await store.controls.append(sampleWord(id));
  return store;
}

/** Rows that every run reads, and what is left to it without them. */
const passedOver: [string, string, 'decision' | 'run' | 'state', (store: Store) => Promise<unknown>, unknown][] = [
  ['words', 'b', 'decision', async ({ controls }) => (await controls.all()).map(({ id }) => id), ['a', 'c']],
  ['run|r', 'intent', 'run', ({ runs }) => runs.get('r'), undefined],
  ['run|r', 'outcome|east|group-1', 'run', async ({ runs }) => (await runs.get('r'))?.outcomes, []],
  // What they held follows from the runs, or is asked for again.
  ['state', 'open', 'state', async ({ runs }) => (await runs.open())?.intent.run, 'r'],
  ['state', 'generation', 'state', ({ runs }) => runs.nextGeneration(), 8],
  ['state', 'requested', 'state', ({ runs }) => runs.queued(), []],
  ['targets', 'generation|east', 'state', ({ targetRecords }) => targetRecords.generation('east'), 0],
];

describe.each(Object.entries(damages))('%s', (_, how) => {
  test.each(passedOver)(
    'in %s / %s is named, set aside, and stops nothing',
    async (partition, key, what, read, left) => {
      const instance = freshInstance();
      const store = await fill(instance);
      await damage(instance, partition, key, how);
      const found = await store.damage.find();
      expect(found.map((one) => one.what)).toEqual([what]);
      expect(found[0]?.text).toContain(`row ${instance}|Public|${partition} / ${key}`);
      // Two processes find it at once: a run that begins, and the timer between runs.
      for (const one of [...found, ...found]) await store.damage.setAside(one);
      expect(await read(store)).toEqual(left);
      expect(await store.damage.find()).toEqual([]);
      const kept = [];
      const filter = `PartitionKey eq '${instance}|Public|set-aside'`;
      for await (const row of table.listEntities({ queryOptions: { filter } })) kept.push(row);
      expect(kept).toMatchObject([{ wasPartition: `${instance}|Public|${partition}`, wasKey: key }]);
    },
  );

  test.each<[string, string, (store: Store) => Promise<unknown>]>([
    ['run|r', 'plan|east', ({ runs }) => runs.plan('r', 'east')],
    ['targets', 'record|east', ({ targetRecords }) => targetRecords.get('east')],
    ['state', 'ledger', ({ ledgers }) => ledgers.current()],
    ['publications', 'd', ({ publications }) => publications.get('d')],
  ])('in %s / %s is an error for what needs it, and stays where it is', async (partition, key, read) => {
    const instance = freshInstance();
    const store = await fill(instance);
    await damage(instance, partition, key, how);
    await expect(read(store)).rejects.toThrow(StoredFormatError);
    await expect(read(store)).rejects.toThrow(`row ${instance}|Public|${partition} / ${key}`);
    for (const one of await store.damage.find()) await store.damage.setAside(one);
    await expect(read(store)).rejects.toThrow(StoredFormatError);
  });
});

test('a row that was moved to another place, or copied to another instance, counts for nothing', async () => {
  const [instance, other] = [freshInstance(), freshInstance()];
  const store = await fill(instance);
  const stranger = await fill(other);
  const { etag, timestamp, ...row } = await table.getEntity(`${instance}|Public|words`, 'a');
  await table.createEntity({ ...row, rowKey: 'z' } as never);
  await table.createEntity({ ...row, partitionKey: `${other}|Public|words`, rowKey: 'y' });
  expect((await store.controls.all()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(await stranger.damage.find()).toHaveLength(1);
});

test.each([
  ['changed', (text: string) => text.replace('Storage', 'Storege')],
  ['without its seal', (text: string) => text.replace(/,"seal":"[^"]+"\}$/, '}')],
  ['cut', (text: string) => text.slice(0, -10)],
])('a ledger that is %s is an error that names its blob', async (_, how) => {
  const instance = freshInstance();
  await fill(instance);
  // The process that put it knows what it said.
  const { ledgers } = await openTestStore({ instance });
  const blob = container.getBlockBlobClient(`${instance}/Public/ledgers/l.json`);
  const text = how((await blob.downloadToBuffer()).toString());
  await blob.upload(text, text.length);
  await expect(ledgers.current()).rejects.toThrow(StoredFormatError);
  await expect(ledgers.get('l')).rejects.toThrow('Public/ledgers/l.json');
});

test('a ledger that was put into an archive is an error that names its blob and what to do', async () => {
  const instance = freshInstance();
  const { ledgers } = await fill(instance);
  await container.getBlockBlobClient(`${instance}/Public/ledgers/l.json`).setAccessTier('Archive');
  await expect(ledgers.current()).rejects.toThrow(StoredFormatError);
  await expect(ledgers.current()).rejects.toThrow(/ledgers\/l\.json.*BlobArchived.*hot tier/);
});

test('a key that is changed: what the former one sealed is read, what the new one seals is read with it alone', async () => {
  const instance = freshInstance();
  await fill(instance);
  const next = 'another-key-that-seals-what-tests-store';
  const both = await openTestStore({ instance, seal: { keys: [next, testSealKey] } });
  await both.controls.append(sampleWord('d'));
  expect((await both.controls.all()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  const alone = await openTestStore({ instance, seal: { keys: [next] } });
  expect((await alone.controls.all()).map(({ id }) => id)).toEqual(['d']);

  // The timer seals the rest anew: then the former key is needed for nothing.
  await table.createEntity({ partitionKey: `${instance}|Public|words`, rowKey: 'forged', schema: 2, text0: '{}' });
  expect(await both.damage.sealAnew()).toBeGreaterThan(10);
  expect(await both.damage.sealAnew()).toBe(0);
  expect((await alone.controls.all()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect((await alone.ledgers.current())?.name).toBe('l');
  expect((await alone.damage.find()).map(({ text }) => text)).toEqual([expect.stringContaining('words / forged')]);
});

test('what a version before seals stored is read where that is accepted, and sealed once', async () => {
  const instance = freshInstance();
  const before = await openTestStore({ instance, seal: 'none' });
  await before.controls.append(sampleWord('a'));
  await before.ledgers.put('l', sampleLedger(), nothingAnnounced);
  await before.ledgers.putInForce('l', undefined);
  const strict = await openTestStore({ instance });
  expect(await strict.controls.all()).toEqual([]);
  expect(await strict.damage.sealAnew()).toBe(0);

  const accepting = await openTestStore({ instance, seal: { keys: [testSealKey], acceptUnsealed: true } });
  expect(await accepting.damage.find()).toEqual([]);
  // What is damaged keeps nothing else from being sealed.
  await table.createEntity({ partitionKey: `${instance}|Public|history`, rowKey: 'damaged', schema: 2 });
  await table.createEntity({ partitionKey: `${instance}|Public|history`, rowKey: 'named', schema: 2, textBlob: '' });
  // The decision, the row that names the ledger, and the ledger.
  expect(await accepting.damage.sealAnew()).toBe(3);
  expect(await accepting.damage.sealAnew()).toBe(0);
  expect(await strict.controls.all()).toEqual([sampleWord('a')]);
  expect((await strict.ledgers.current())?.name).toBe('l');
});
