import { expect, inject, test } from 'vitest';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { rawTable } from '../support/raw-storage.ts';
import { sampleClosing, sampleIntent, sampleOutcome, samplePlan } from '../support/samples.ts';
import { testSealKey } from '../support/seal-key.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const intent = (generation: number) =>
  sampleIntent(`r-${generation}`, {
    generation,
    targets: ['east'],
    lanes: [{ lane: 'l', targets: ['east'] }],
    by: [{ name: 'Änne', how: 'token' }],
  });

test('closed runs are noted in short, the open one says how far it is', async () => {
  const { runs } = await openTestStore();
  expect(await runs.page(9)).toEqual({ runs: [] });
  await runs.record(intent(1), [samplePlan('east')]);
  expect(await runs.page(9)).toMatchObject({
    runs: [{ run: 'r-1', status: 'running', targets: [{ id: 'east', status: 'running' }], added: 0 }],
  });
  await runs.insertOutcome('r-1', sampleOutcome('east', { removed: ['10.0.0.0/8'], writes: 2 }));
  await runs.insertOutcome('r-1', sampleOutcome('east', { subject: 'part:x', result: 'waiting', writes: 0 }));
  await runs.close('r-1', sampleClosing);
  const { publication } = intent(1);
  expect(await runs.page(9)).toEqual({
    runs: [
      {
        run: 'r-1',
        generation: 1,
        trigger: 'timer',
        by: [{ name: 'Änne', how: 'token' }],
        startedAt: '2024-01-15T08:00:00.000Z',
        closedAt: sampleClosing.closedAt,
        status: 'applied',
        publication: {
          cloud: 'Public',
          changeNumber: publication?.changeNumber,
          date: publication?.date,
          file: publication?.file,
          digest: publication?.digest,
        },
        targets: [{ id: 'east', status: 'applied' }],
        added: 1,
        removed: 1,
        armWrites: 2,
      },
    ],
  });
});

test('a page ends where it is told to, and the next one goes on there', async () => {
  const { runs } = await openTestStore();
  for (let i = 1; i <= 5; i++) {
    await runs.record(intent(i), []);
    await runs.close(`r-${i}`, sampleClosing);
  }
  const page = await runs.page(2);
  expect(page).toMatchObject({ runs: [{ run: 'r-5' }, { run: 'r-4' }], next: 4 });
  expect(await runs.page(3, page.next)).toMatchObject({ runs: [{ run: 'r-3' }, { run: 'r-2' }, { run: 'r-1' }] });
  expect((await runs.page(3, page.next)).next).toBeUndefined();
  expect(await runs.page(9, 1)).toEqual({ runs: [] });
});

test('a hundred runs take one request, also where the process died before it noted one of them', async () => {
  const proxy = await startStorageProxy(inject('azurite'));
  try {
    const instance = freshInstance();
    const { runs } = await openTestStore({ instance });
    for (let i = 1; i <= 101; i++) {
      await runs.record(intent(i), []);
      await runs.close(`r-${i}`, sampleClosing);
    }
    const counted = await openTestStore({ instance, connectionString: proxy.connectionString });
    const requests = async (): Promise<number> => {
      const before = proxy.seen.length;
      expect((await counted.runs.page(100)).runs).toHaveLength(100);
      return proxy.seen.length - before;
    };
    expect(await requests()).toBe(1);
    await runs.record(intent(102), []);
    // The row of the index is the last request of a close.
    proxy.decide(({ method, url }) => (method === 'PUT' && url.includes('r-102') ? 'refuse' : 'forward'));
    await expect(counted.runs.close('r-102', sampleClosing)).rejects.toThrow();
    proxy.decide(() => 'forward');
    expect((await runs.page(1)).runs).toMatchObject([{ run: 'r-102', status: 'applied' }]);
    expect(await requests()).toBe(2);
    await runs.record(intent(103), []);
    await runs.close('r-103', sampleClosing);
    expect(await requests()).toBe(1);
  } finally {
    await proxy.close();
  }
});

test('plans of a run are read together, and only once it is recorded', async () => {
  const { runs } = await openTestStore();
  expect(await runs.plans('r-1')).toEqual([]);
  const plans = [samplePlan('east'), samplePlan('wést')];
  await runs.record(intent(1), plans);
  expect(await runs.plans('r-1')).toEqual(plans);
});

test('a process that dies while it closes a run leaves the list right', async () => {
  await crashEverywhere({
    prepare: ({ runs }) => runs.record(intent(1), []),
    act: ({ runs }) => runs.close('r-1', sampleClosing),
    always: async ({ runs }) => expect((await runs.page(9)).runs).toHaveLength(1),
    end: ({ runs }) => runs.page(9),
  });
});

test('runs that were closed before there was a summary get one with the next close', async () => {
  const instance = freshInstance();
  const { runs } = await openTestStore({ instance });
  const table = rawTable();
  for (let i = 1; i <= 4; i++) {
    await runs.record(intent(i), []);
    await runs.close(`r-${i}`, sampleClosing);
  }
  // As an earlier version wrote them; its rows are not sealed here.
  const unsealed = await openTestStore({ instance, seal: { keys: [testSealKey], acceptUnsealed: true } });
  const keys: string[] = [];
  for await (const { rowKey = '' } of table.listEntities({
    queryOptions: { filter: `PartitionKey eq '${instance}|Public|runs'` },
  })) {
    keys.push(rowKey);
    const run = rowKey.split('|')[1];
    const text0 = JSON.stringify({ schema: 1, run });
    await table.upsertEntity({ partitionKey: `${instance}|Public|runs`, rowKey, schema: 1, text0 }, 'Replace');
  }
  expect(keys).toHaveLength(4);
  const before = await unsealed.runs.page(9);
  expect(before.runs.map(({ run, status }) => [run, status])).toEqual([4, 3, 2, 1].map((i) => [`r-${i}`, 'applied']));
  await unsealed.runs.record(intent(5), []);
  await unsealed.runs.close('r-5', sampleClosing);
  const proxy = await startStorageProxy(inject('azurite'));
  try {
    const counted = await openTestStore({ instance, connectionString: proxy.connectionString });
    expect((await counted.runs.page(9)).runs.map(({ run }) => run)).toEqual(['r-5', 'r-4', 'r-3', 'r-2', 'r-1']);
    expect(proxy.seen).toHaveLength(1);
  } finally {
    await proxy.close();
  }
});
