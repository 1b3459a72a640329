import { odata, TableClient } from '@azure/data-tables';
import { inject } from 'vitest';
import { createFeedServer } from '../../../src/composition-root.ts';
import { families } from '../../../src/core/address/family.ts';
import { newFeedMemory } from '../../../src/feeds/feed-memory.ts';
import type { TargetDefinition } from '../../../src/ports/target.ts';
import { feed, feedNames } from '../../../src/targets/feed.ts';
import { openTestStore } from '../../support/open-test-store.ts';
import { type Fate, type PassingRequest, type StorageProxy, startStorageProxy } from '../../support/storage-proxy.ts';
import type { World } from '../../support/world.ts';
import type { TargetFixture } from '../target/fixture.ts';
import type { Fault, Place } from '../target/place.ts';
import { NAMES } from './application-rule.ts';
import { PREFIXES } from './arm-fixture.ts';

const FEED = 'branches';
const KEY = { FEED_KEY: 'a secret of this feed' };

/** Both kinds of feed live in the service's own Storage; faults strike on the way there. */
function feedFixture(definition: TargetDefinition, entries: TargetFixture['entries']): TargetFixture {
  return {
    definition,
    config: { name: FEED, keys: [{ $env: 'FEED_KEY' }] },
    entries,
    tight: { maxEntries: 2 },
    // Storage knows no operations that take their time, and a lock of ARM does not reach into a table.
    without: ['failed', 'left failed', 'cancelled', 'locked'],
    alwaysMarked: true,
    place: feedPlace,
  };
}

async function feedPlace(world: World): Promise<Place> {
  const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
  const azurite = inject('azurite');
  const { feeds } = await openTestStore({ instance, queuePrefix: instance });
  const table = TableClient.fromConnectionString(azurite, 'servicetagsync', { allowInsecureConnection: true });
  let proxy: StorageProxy | undefined;
  let seen = new Map<string, string>();

  // What exists is changed by its key, which stands in the address; only a list's first entries have none there.
  const isList = ({ url }: PassingRequest) => decodeURIComponent(url).includes(`|feeds',RowKey='list|${FEED}|`);
  const isWrite = (request: PassingRequest) => isList(request) && request.method !== 'GET';
  const isRead = (request: PassingRequest) => isList(request) && request.method === 'GET';
  /** Which requests a fault strikes, how many of them, and what becomes of them. */
  const strikes: Readonly<Partial<Record<Fault, [(request: PassingRequest) => boolean, number, Fate]>>> = {
    'lost answer': [isWrite, 1, 'lose answer'],
    throttled: [isWrite, 1, 'busy'],
    forbidden: [isWrite, Number.POSITIVE_INFINITY, 'refuse'],
    unreadable: [
      isRead,
      Number.POSITIVE_INFINITY,
      { kind: 'answer', headers: { 'content-type': 'application/json' }, body: 'Odd' },
    ],
  };

  /** The tag of each row with a list; it changes with every write, also with one of the same. */
  async function etags(): Promise<Map<string, string>> {
    const filter = odata`PartitionKey eq ${`${instance}|Public|feeds`}`;
    const rows = new Map<string, string>();
    for await (const { rowKey = '', etag } of table.listEntities({ queryOptions: { filter } })) {
      if (rowKey.startsWith('list|')) rows.set(rowKey, etag);
    }
    return rows;
  }

  async function change(entries: readonly string[]): Promise<void> {
    for (const family of families) {
      const now = await feeds.get(FEED, family);
      if (now === undefined) continue;
      const version = `${now.version}, changed`;
      await feeds.put({ feed: FEED, family, entries, mark: now.mark, version }, now.version);
    }
  }

  async function heal(): Promise<void> {
    world.env.AzureWebJobsStorage = azurite;
  }

  return {
    async put(entries, mark = '') {
      await feeds.put({ feed: FEED, family: 'ipv4', entries, mark, version: 'by somebody else' }, undefined);
    },
    change,
    empty: () => change([]),
    async entries() {
      // A process that has just begun: one that served before may serve what it read up to a minute ago.
      const memory = newFeedMemory(() => undefined);
      const server = await createFeedServer({ ...world.env, ...KEY }, () => undefined, memory);
      const answer = await server.ask({ feed: FEED, key: KEY.FEED_KEY, headOnly: false });
      return answer.kind === 'list' ? answer.text.trimEnd().split('\n') : [];
    },
    async writes() {
      const before = seen;
      seen = await etags();
      return [...seen].filter(([row, etag]) => before.get(row) !== etag).length;
    },
    async fail(fault) {
      const strike = strikes[fault];
      if (strike === undefined) throw new Error(`Storage does not fail by "${fault}"`);
      const [applies, times, fate] = strike;
      proxy ??= await startStorageProxy(azurite);
      let left = times;
      proxy.decide((request) => (applies(request) && left-- > 0 ? fate : 'forward'));
      world.env.AzureWebJobsStorage = proxy.connectionString;
    },
    pass: heal,
    heal,
    close: async () => proxy?.close(),
  };
}

export const feedAddressesFixture = feedFixture(feed as unknown as TargetDefinition, PREFIXES);
export const feedNamesFixture = feedFixture(feedNames as unknown as TargetDefinition, NAMES);
