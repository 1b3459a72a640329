import { inject } from 'vitest';
import { families } from '../../../src/core/address/family.ts';
import type { TargetDefinition } from '../../../src/ports/target.ts';
import { wireFeeds } from '../../../src/run/wire.ts';
import { feed, feedNames } from '../../../src/targets/feed.ts';
import type { World } from '../../scenarios/world.ts';
import { openTestStore } from '../open-test-store.ts';
import { type Fate, type PassingRequest, type StorageProxy, startStorageProxy } from '../storage-proxy.ts';
import type { TargetFixture } from '../target/fixture.ts';
import type { Fault, Place } from '../target/place.ts';
import { NAMES } from './application-rule.ts';
import { PREFIXES } from './arm-fixture.ts';

const FEED = 'branches';
const KEY = { FEED_KEY: 'a secret' };

/** Both kinds of feed live in the service's own Storage; faults strike between the two. */
function feedFixture(definition: TargetDefinition, entries: TargetFixture['entries']): TargetFixture {
  let proxy: StorageProxy | undefined;
  return {
    definition,
    config: { name: FEED, keys: [{ $env: 'FEED_KEY' }] },
    entries,
    tight: { maxEntries: 2 },
    // Storage knows no operations that take their time, and a lock of ARM does not reach into a table.
    without: ['failed', 'cancelled', 'locked'],
    alwaysMarked: true,
    connection: async () => {
      proxy = await startStorageProxy(inject('azurite'));
      return proxy.connectionString;
    },
    place: (world) => {
      if (proxy === undefined) throw new Error('the world of a feed is opened over its proxy');
      return feedPlace(world, proxy);
    },
  };
}

async function feedPlace(world: World, proxy: StorageProxy): Promise<Place> {
  const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
  const { feeds } = await openTestStore({ instance, queuePrefix: instance });
  // What exists is changed by its key, which stands in the address; only a list's first entries have none there.
  const isList = ({ url }: PassingRequest) => decodeURIComponent(url).includes(`|feeds',RowKey='list|${FEED}|`);
  const isWrite = (request: PassingRequest) => isList(request) && request.method !== 'GET';
  let counted = 0;

  /** Strikes the first `times` requests for which it applies. */
  function strike(applies: (request: PassingRequest) => boolean, times: number, fate: Fate): void {
    let left = times;
    proxy.decide((request) => (applies(request) && left-- > 0 ? fate : 'forward'));
  }
  const fates: Readonly<Partial<Record<Fault, () => void>>> = {
    'lost answer': () => strike(isWrite, 1, 'lose answer'),
    throttled: () => strike(isWrite, 2, 'busy'),
    forbidden: () => strike(isWrite, Number.POSITIVE_INFINITY, 'refuse'),
    unreadable: () => {
      const headers = { 'content-type': 'application/json' };
      strike((request) => isList(request) && request.method === 'GET', Number.POSITIVE_INFINITY, {
        kind: 'answer',
        headers,
        body: 'Odd',
      });
    },
  };
  return {
    async put(entries, mark = '') {
      await feeds.put({ feed: FEED, family: 'ipv4', entries, mark, version: 'by somebody else' }, undefined);
    },
    async change(entries) {
      for (const family of families) {
        const now = await feeds.get(FEED, family);
        if (now === undefined) continue;
        const version = `${now.version}, changed`;
        await feeds.put({ feed: FEED, family, entries, mark: now.mark, version }, now.version);
      }
    },
    async entries() {
      const desk = await wireFeeds({ ...world.env, ...KEY }, () => undefined);
      const answer = await desk.ask({ feed: FEED, key: KEY.FEED_KEY, headOnly: false });
      return answer.kind === 'list' ? answer.text.trimEnd().split('\n') : [];
    },
    async writes() {
      const before = counted;
      counted = proxy.seen.length;
      return proxy.seen.slice(before).filter(isWrite).length;
    },
    async fail(fault) {
      const fate = fates[fault];
      if (fate === undefined) throw new Error(`Storage does not fail by "${fault}"`);
      fate();
    },
    heal: async () => proxy.decide(() => 'forward'),
    close: () => proxy.close(),
  };
}

export const feedAddressesFixture = feedFixture(feed as unknown as TargetDefinition, PREFIXES);
export const feedNamesFixture = feedFixture(feedNames as unknown as TargetDefinition, NAMES);
