import { beforeAll, describe, expect, test } from 'vitest';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import type { Store } from '../../src/store/open.ts';
import { placeOf, SchemaError, schema } from '../../src/store/schema.ts';
import { Seals } from '../../src/store/seal.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { rawContainer, rawTable } from '../support/raw-storage.ts';
import {
  refusedPublication,
  sampleChange,
  sampleClosing,
  sampleIntent,
  sampleLedger,
  sampleMemory,
  samplePlan,
  sampleWord,
} from '../support/samples.ts';
import { testSealKey } from '../support/seal-key.ts';

const table = rawTable();
const container = rawContainer();
const message = { schema: 1, run: 'q', trigger: 'http' } as const;

async function rowsOf(instance: string) {
  const rows = [];
  const filter = `PartitionKey ge '${instance}' and PartitionKey lt '${instance}}'`;
  for await (const row of table.listEntities({ queryOptions: { filter } })) rows.push(row);
  return rows;
}

async function fill(store: Store): Promise<void> {
  await store.runs.nextGeneration();
  await store.runs.request(message);
  await store.runs.record(sampleIntent('r'), [samplePlan('east')]);
  await store.targetRecords.put(sampleMemory('east'));
  await store.targetRecords.raise(['east'], 1);
  await store.ledgers.put('l', sampleLedger(), nothingAnnounced);
  await store.ledgers.putInForce('l', undefined);
  await store.publications.put(refusedPublication, Buffer.from('{}'));
  await store.history.append([sampleChange()]);
  await store.controls.append(sampleWord('w'));
}

const calls: Record<string, (store: Store) => Promise<unknown>> = {
  nextGeneration: ({ runs }) => runs.nextGeneration(),
  request: ({ runs }) => runs.request({ ...message, run: 'other' }),
  queued: ({ runs }) => runs.queued(),
  take: ({ runs }) => runs.take(message, 1),
  record: ({ runs }) => runs.record(sampleIntent('r'), []),
  'record another': ({ runs }) => runs.record(sampleIntent('other'), []),
  open: ({ runs }) => runs.open(),
  get: ({ runs }) => runs.get('r'),
  plan: ({ runs }) => runs.plan('r', 'east'),
  list: ({ runs }) => runs.list(1),
  close: ({ runs }) => runs.close('r', sampleClosing),
  'target record': ({ targetRecords }) => targetRecords.get('east'),
  'target records': ({ targetRecords }) => targetRecords.all(),
  'put target record': ({ targetRecords }) => targetRecords.put(sampleMemory('east')),
  generation: ({ targetRecords }) => targetRecords.generation('east'),
  raise: ({ targetRecords }) => targetRecords.raise(['east'], 9),
  'current ledger': ({ ledgers }) => ledgers.current(),
  'put ledger': ({ ledgers }) => ledgers.put('l', sampleLedger(), nothingAnnounced),
  'put in force': ({ ledgers }) => ledgers.putInForce('l2', 'l'),
  publication: ({ publications }) => publications.get('d'),
  'put publication': ({ publications }) => publications.put(refusedPublication, Buffer.from('{}')),
  words: ({ controls }) => controls.all(),
  history: ({ history }) => history.page({ most: 1 }),
};

describe('rows of a newer version', () => {
  const instance = freshInstance();
  let before: unknown;
  beforeAll(async () => {
    await fill(await openTestStore({ instance, seal: 'none' }));
    for (const { partitionKey = '', rowKey = '' } of await rowsOf(instance)) {
      await table.updateEntity({ partitionKey, rowKey, schema: schema + 1 }, 'Merge');
    }
    before = await rowsOf(instance);
  });

  test.each(Object.entries(calls))('stop %s, and stay as they are', async (_, call) => {
    const failing = call(await openTestStore({ instance, seal: 'none' }));
    await expect(failing).rejects.toThrow(SchemaError);
    await expect(failing).rejects.toThrow(/newer version .*nothing was changed; update this instance/);
    expect(await rowsOf(instance)).toEqual(before);
  });
});

test('a ledger of a newer version is not read', async () => {
  const instance = freshInstance();
  const store = await openTestStore({ instance, seal: 'none' });
  await store.ledgers.put('l', sampleLedger(), nothingAnnounced);
  await store.ledgers.putInForce('l', undefined);
  const blob = container.getBlockBlobClient(`${instance}/Public/ledgers/l.json`);
  const text = (await blob.downloadToBuffer()).toString();
  expect(text).toContain(`"schema":${schema}`);
  const newer = text.replace(`"schema":${schema}`, `"schema":${schema + 1}`);
  await blob.upload(newer, newer.length);
  await expect(store.ledgers.current()).rejects.toThrow(SchemaError);
});

test('a sealed row of a newer version stops what reads it, whatever its column says', async () => {
  const instance = freshInstance();
  const { controls } = await openTestStore({ instance });
  const text = JSON.stringify({ schema: schema + 1, word: sampleWord('w') });
  const [partitionKey, rowKey] = [`${instance}|Public|words`, 'w'];
  const seal = new Seals({ keys: [testSealKey] }).seal(placeOf(partitionKey, rowKey), text);
  await table.createEntity({ partitionKey, rowKey, schema, text0: text, seal });
  await expect(controls.all()).rejects.toThrow(SchemaError);
});
