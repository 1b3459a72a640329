import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import type { Store } from '../../src/store/open.ts';
import { openTestStore } from '../support/open-test-store.ts';
import {
  sampleChange,
  sampleClosing,
  sampleIntent,
  sampleLedger,
  sampleMemory,
  sampleOutcome,
  samplePlan,
  sampleWord,
} from '../support/samples.ts';
import { type Fate, type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';

let proxy: StorageProxy;
beforeAll(async () => {
  proxy = await startStorageProxy(inject('azurite'));
});
afterEach(() => proxy.decide(() => 'forward'));
afterAll(() => proxy.close());

const openProxied = (answerMilliseconds = 30_000) =>
  openTestStore({ connectionString: proxy.connectionString, answerMilliseconds });

/** A listing of rows: by filter, not by key. */
const isListing = (url: string) => url.includes('()') && url.includes('filter');

/** The URL of a listing that asks for so many rows. */
const withTop = (url: string, rows: number) => `${url.replace(/&%24top=\d+|&\$top=\d+/, '')}&$top=${rows}`;

async function fill(store: Store): Promise<void> {
  for (const run of ['a', 'b', 'c']) {
    await store.runs.record(sampleIntent(run, { outcomes: [sampleOutcome('north')] }), [samplePlan('east')]);
    await store.runs.insertOutcome(run, sampleOutcome('east'));
    await store.runs.close(run, sampleClosing);
    await store.targetRecords.put(sampleMemory(run));
    await store.history.append([sampleChange({ run })]);
    await store.controls.append(sampleWord(run));
  }
}

async function expectFilled(store: Store): Promise<void> {
  const runs = await store.runs.list(9);
  expect(runs.map(({ intent }) => intent.run).sort()).toEqual(['a', 'b', 'c']);
  for (const run of runs) expect(run).toMatchObject({ outcomes: [{}, {}], closing: sampleClosing });
  expect(await store.targetRecords.all()).toHaveLength(3);
  expect((await store.history.page({ most: 9 })).changes).toHaveLength(3);
  expect((await store.runs.page(9)).runs).toHaveLength(3);
  expect((await store.controls.all()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
}

describe('short pages', () => {
  test('of one row each are all followed', async () => {
    const store = await openProxied();
    await fill(store);
    proxy.decide(({ url }) => (isListing(url) ? { kind: 'forward', url: withTop(url, 1) } : 'forward'));
    await expectFilled(store);
    expect(proxy.seen.filter(({ url }) => url.includes('NextRowKey')).length).toBeGreaterThan(10);
  });

  test('without any row are no end', async () => {
    const store = await openProxied();
    await fill(store);
    const empty: Fate = {
      kind: 'answer',
      headers: {
        'content-type': 'application/json;odata=minimalmetadata',
        // The emulator's form of a place before the first row.
        'x-ms-continuation-NextPartitionKey': btoa('!'),
        'x-ms-continuation-NextRowKey': btoa('!'),
      },
      body: '{"value":[]}',
    };
    proxy.decide(({ url }) => (isListing(url) && !url.includes('NextRowKey') ? empty : 'forward'));
    await expectFilled(store);
  });
});

test('what Storage gets over by itself is not noticed', async () => {
  const store = await openProxied();
  proxy.decide(({ number }) => (number % 2 === 1 ? 'busy' : 'forward'));
  await fill(store);
  await expectFilled(store);
});

test('an answer that is lost is no failure', async () => {
  const store = await openProxied();
  /** Loses the answer to the first request that changes something. */
  const losing = async <T>(act: () => Promise<T>): Promise<T> => {
    let lost = false;
    proxy.decide(({ method }) => {
      if (lost || method === 'GET' || method === 'HEAD') return 'forward';
      lost = true;
      return 'lose answer';
    });
    const result = await act();
    expect(lost).toBe(true);
    return result;
  };
  const { runs, ledgers, targetRecords, controls } = store;
  const message = { schema: 1, run: 'r', trigger: 'http' } as const;
  expect(await losing(() => runs.request(message))).toEqual(message);
  expect(await losing(() => runs.take(message, 1))).toEqual(message);
  const generations = [await losing(() => runs.nextGeneration()), await losing(() => runs.nextGeneration())];
  expect(new Set(generations).size).toBe(2);
  await losing(() => runs.record(sampleIntent('r'), [samplePlan('east')]));
  expect((await runs.open())?.intent).toEqual(sampleIntent('r'));
  await losing(() => runs.insertOutcome('r', sampleOutcome('east')));
  await losing(() => runs.close('r', sampleClosing));
  expect(await runs.get('r')).toMatchObject({ outcomes: [sampleOutcome('east')], closing: sampleClosing });
  await ledgers.put('l', sampleLedger(), nothingAnnounced);
  await losing(() => ledgers.putInForce('l', undefined));
  expect((await ledgers.current())?.name).toBe('l');
  await losing(() => controls.append(sampleWord('w')));
  expect(await controls.all()).toHaveLength(1);
  await losing(() => targetRecords.raise(['east'], 5));
  expect(await targetRecords.generation('east')).toBe(5);
});

test('a request that is never answered ends, and is tried again where that helps', async () => {
  const store = await openProxied(150);
  proxy.decide(({ number }) => (number === 1 ? 'hang' : 'forward'));
  expect(await store.runs.open()).toBeUndefined();
  proxy.decide(() => 'hang');
  await expect(store.publications.bytes('x')).rejects.toThrow('expected an answer within 150 ms');
});

describe('reading', () => {
  const reads: Record<string, (store: Store) => Promise<unknown>> = {
    open: ({ runs }) => runs.open(),
    queued: ({ runs }) => runs.queued(),
    get: ({ runs }) => runs.get('r'),
    plan: ({ runs }) => runs.plan('r', 'east'),
    list: ({ runs }) => runs.list(9),
    ledger: ({ ledgers }) => ledgers.current(),
    record: ({ targetRecords }) => targetRecords.get('east'),
    records: ({ targetRecords }) => targetRecords.all(),
    generation: ({ targetRecords }) => targetRecords.generation('east'),
    publication: ({ publications }) => publications.get('x'),
    bytes: ({ publications }) => publications.bytes('x'),
    history: async ({ history }) => (await history.page({ most: 9 })).changes,
    'runs in short': async ({ runs }) => (await runs.page(9)).runs,
    'plans of a run': ({ runs }) => runs.plans('r'),
    'all publications': ({ publications }) => publications.all(),
  };

  test('an account where nothing was ever created finds nothing, and sends nothing that writes', async () => {
    const azurite = await startAzurite({});
    const bare = await startStorageProxy(azurite.connectionString);
    try {
      const store = await openTestStore({ connectionString: bare.connectionString });
      for (const [name, read] of Object.entries(reads)) {
        expect([undefined, 0, []], name).toContainEqual(await read(store));
      }
      expect(bare.seen.length).toBeGreaterThan(10);
      expect(bare.seen.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    } finally {
      await bare.close();
      await azurite.close();
    }
  });

  test.each(Object.entries(reads))('%s fails when Storage refuses: that is not nothing', async (_, read) => {
    const store = await openProxied();
    proxy.decide(() => 'refuse');
    await expect(read(store)).rejects.toMatchObject({ statusCode: 403 });
  });
});

test('a write that finds table, container or queue missing creates that, and no other write asks for it', async () => {
  const azurite = await startAzurite({});
  const bare = await startStorageProxy(azurite.connectionString);
  /** Requests that create something, while `act` is done. */
  const created = async (act: () => Promise<unknown>): Promise<number> => {
    const before = bare.seen.length;
    await act();
    const creates = ({ method, url }: { method: string; url: string }) =>
      (method === 'POST' && /\/Tables\b/.test(url)) ||
      (method === 'PUT' && (url.includes('restype=container') || /^\/[^/]+\/contract-\w+\?/.test(url)));
    return bare.seen.slice(before).filter(creates).length;
  };
  try {
    const store = await openTestStore({ connectionString: bare.connectionString });
    const writes: Record<string, () => Promise<unknown>> = {
      row: () => store.runs.nextGeneration(),
      blob: () => store.ledgers.put('l', sampleLedger(), nothingAnnounced),
      pull: () => store.feeds.notePulls([{ feed: 'f', client: 'c', at: '2024-01-15T08:00:00.000Z' }]),
      message: () => store.runQueue.send({ schema: 1, run: 'r', trigger: 'http' }),
    };
    for (const [name, write] of Object.entries(writes)) {
      expect([name, await created(write), await created(write)]).toEqual([name, 1, 0]);
    }
    await BlobServiceClient.fromConnectionString(azurite.connectionString).deleteContainer('service-tag-sync');
    const lease = async () => (await store.leases.acquire('run'))?.release();
    expect([await created(lease), await created(lease)]).toEqual([1, 0]);
    await TableClient.fromConnectionString(azurite.connectionString, 'servicetagsync', {
      allowInsecureConnection: true,
    }).deleteTable();
    const record = () => store.runs.record(sampleIntent('r'), [samplePlan('east')]);
    expect([await created(record), await store.runs.get('r')]).toMatchObject([1, { intent: { run: 'r' } }]);
  } finally {
    await bare.close();
    await azurite.close();
  }
});
