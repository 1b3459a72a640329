import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createContext, createFeedServer, createOperator, createService } from '../../src/composition-root.ts';
import { newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { routes } from '../../src/http/routes.ts';
import { indexTagSizes } from '../../src/run/index-tag-sizes.ts';
import { makeCatalogJson, makePublication } from '../support/catalog.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { sampleClosing, sampleIntent, samplePlan, sampleWord } from '../support/samples.ts';
import { ask, invocation, request } from '../support/service.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

// How often each GET route asks Storage, and that a longer history makes none of them ask more often.

const feed = { kind: 'feed', mode: 'sync', list: 'west', keys: [{ $env: 'FEED_KEY' }] };
const key = 'k1, 16 characters or more';
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { ...feed, name: 'hub' }, plants: { ...feed, name: 'plants', approval: { add: 'always' } } },
};

let world: World;
let folder: string;
let proxy: StorageProxy;
let run: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-requests-'));
  const fileOf = async (date: string, changeNumber: number, listed: readonly string[]) => {
    const file = join(folder, `ServiceTags_Public_${date}.json`);
    await writeFile(file, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': listed } }));
    return file;
  };
  world = await openWorld(inject('azurite'), config);
  world.set({ publication: await fileOf('20240115', 200, ['20.0.0.0/24']), now: '2024-01-16T12:00:00Z' });
  await world.run();
  world.set({ publication: await fileOf('20240122', 201, ['20.0.0.0/22']), now: '2024-01-23T12:00:00Z' });
  ({ run } = await world.run());
  await indexTagSizes(await createContext(world.env, () => {}));
  // Its table is there from the first pull on.
  await (await openTestStore()).feeds.notePulls([{ feed: 'f', client: 'c', at: '2024-01-15T08:00:00.000Z' }]);
  proxy = await startStorageProxy(inject('azurite'));
}, 60_000);
afterAll(async () => {
  await proxy.close();
  await world.close();
  await rm(folder, { recursive: true });
});

interface Question {
  readonly query?: Record<string, string>;
  readonly params?: () => Record<string, string>;
  readonly requests: number;
}

/** By function; each asked for as much as it gives. */
const questions: Readonly<Record<string, Question>> = {
  health: { requests: 2 },
  // Both families at once, and the pull behind the answer.
  feeds: { params: () => ({ name: 'hub' }), requests: 2 },
  runs: { query: { limit: '100' }, requests: 1 },
  run: { params: () => ({ id: run }), requests: 3 },
  status: { requests: 9 },
  holds: { requests: 4 },
  inbox: { requests: 6 },
  registries: { requests: 2 },
  plans: { params: () => ({ id: `${run}/plants` }), requests: 5 },
  lookup: { query: { ip: '20.0.0.1' }, requests: 10 },
  tags: { requests: 3 },
  'tag-history': { params: () => ({ tag: 'Storage.WestUS' }), requests: 3 },
  'tag-chart': { params: () => ({ tag: 'Storage.WestUS' }), requests: 3 },
  'region-weeks': { query: { service: 'Storage' }, requests: 1 },
  'region-chart': { query: { service: 'Storage' }, requests: 1 },
  changes: { query: { limit: '1000' }, requests: 1 },
  version: { requests: 2 },
  'atom-target': { params: () => ({ id: 'hub' }), requests: 1 },
  'atom-list': { params: () => ({ id: 'west' }), requests: 1 },
  publications: { requests: 1 },
  publication: { params: () => ({ id: '201' }), requests: 3 },
  diff: { query: { from: '200', to: '201' }, requests: 3 },
  why: { query: { address: '20.0.0.1' }, requests: 9 },
  list: { params: () => ({ name: 'west' }), requests: 3 },
  openapi: { requests: 0 },
  docs: { requests: 0 },
};

/** Requests to Storage that an answer takes. */
async function requestsOf(name: string): Promise<number> {
  const { query = {}, params = () => ({}) } = questions[name] ?? {};
  const env = { ...world.env, AzureWebJobsStorage: proxy.connectionString, FEED_KEY: key };
  const path = routes.find((route) => route.name === name)?.path ?? '';
  const headers = { 'x-functions-key': key };
  const asked = request('GET', `/api/${path}`, { query, params: params(), headers });
  const memory = newFeedMemory(() => {});
  const product = {
    service: () => createService(env, () => {}),
    operator: () => createOperator(env, () => {}),
    feeds: () => createFeedServer(env, () => {}, memory),
  };
  const before = proxy.seen.length;
  const answer = await ask(name, asked, product, invocation());
  expect({ name, status: answer.status }).toEqual({ name, status: 200 });
  await memory.pulls.settle();
  return proxy.seen.length - before;
}

test('every GET route is asked here', () => {
  const names = routes.filter(({ methods }) => methods.some((method) => method === 'GET')).map(({ name }) => name);
  expect(Object.keys(questions).sort()).toEqual(names.sort());
});

describe('with a history of two runs, and of thirty more', () => {
  const found: Record<string, { few: number; many: number }> = {};

  beforeAll(async () => {
    for (const name of Object.keys(questions)) found[name] = { few: await requestsOf(name), many: 0 };
    const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
    const { runs, publications, controls } = await openTestStore({ instance, queuePrefix: instance });
    const generation = await runs.nextGeneration();
    for (let i = 0; i < 30; i++) {
      const id = `r-${i}`;
      await runs.record(sampleIntent(id, { generation: generation + i, targets: ['hub'], lanes: [] }), [
        samplePlan('hub'),
      ]);
      await runs.close(id, sampleClosing);
    }
    for (let i = 0; i < 30; i++) {
      const { publication } = makePublication({
        changeNumber: 100 + i,
        tags: { 'Storage.WestUS': [`20.${i}.0.0/24`] },
      });
      const { digest, file, provenance } = publication;
      const record = {
        digest,
        file,
        firstSeen: provenance.fetchedAt,
        status: 'imported' as const,
        publication,
        reasons: [],
      };
      await publications.put(record, Buffer.from('{}'));
      await controls.append(sampleWord(`20240101t0000000${String(i).padStart(2, '0')}z-1a2b3c4d`));
    }
    for (const name of Object.keys(questions)) (found[name] ?? { many: 0 }).many = await requestsOf(name);
  }, 120_000);

  test('each answer takes as many requests as it must, whatever is stored', () => {
    const wanted = Object.entries(questions).map(([name, { requests }]) => [name, { few: requests, many: requests }]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });
});
