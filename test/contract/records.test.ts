import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, inject, test } from 'vitest';
import { openStore, type Store } from '../../src/store/open.ts';
import { schema } from '../../src/store/schema.ts';
import { freshInstance, testTime } from '../support/open-test-store.ts';
import { sampleClosing, sampleIntent, samplePlan, sampleWord } from '../support/samples.ts';

const connectionString = inject('azurite');

async function open(records: string): Promise<Store> {
  const store = await openStore({
    connection: { connectionString },
    instance: freshInstance(),
    cloud: 'Public',
    queuePrefix: 'contract',
    now: () => testTime,
    records,
  });
  return store;
}

test('every plan, outcome and word is kept apart, once each', async () => {
  const name = `records-${randomUUID()}`;
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(name);
  await container.create();
  const { runs, controls } = await open(name);
  const intent = sampleIntent('run-1', { generation: 1 });
  const plans = intent.targets.map((target) => samplePlan(target));
  await runs.record(intent, plans);
  await runs.record(intent, plans);
  const decision = sampleWord('20240115t080000000z-0001');
  await controls.append(decision);
  await controls.append(decision);
  await runs.close('run-1', sampleClosing);
  const kept: unknown[] = [];
  for await (const { name: blob } of container.listBlobsFlat()) {
    const { readableStreamBody } = await container.getBlobClient(blob).download();
    kept.push(JSON.parse(readableStreamBody ? await text(readableStreamBody) : ''));
  }
  expect(kept).toHaveLength(3);
  expect(kept).toContainEqual(
    expect.objectContaining({ schema, plans, intent: expect.objectContaining({ run: 'run-1' }) }),
  );
  expect(kept).toContainEqual(expect.objectContaining({ schema, word: decision }));
  expect(kept).toContainEqual(expect.objectContaining({ schema, run: 'run-1', closing: sampleClosing }));
});

test('what cannot be kept does not happen', async () => {
  const { runs, controls } = await open(`missing-${randomUUID()}`);
  await expect(runs.record(sampleIntent('run-1'), [])).rejects.toThrow(/container/i);
  expect(await runs.get('run-1')).toBeUndefined();
  await expect(controls.append(sampleWord('20240115t080000000z-0001'))).rejects.toThrow(/container/i);
  expect(await controls.all()).toEqual([]);
});
