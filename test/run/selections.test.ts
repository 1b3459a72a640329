import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { prefixesOf } from '../../src/core/address/sets.ts';
import { emptyLedger } from '../../src/core/judge/effective.ts';
import { selectionFor, selectLists } from '../../src/run/selections.ts';

const ledger = emptyLedger('Public');
const exception = (prefix: string, expires?: string) => ({ prefix, reason: 'a test', owner: 'us', expires });
const target = (list: string) => ({ kind: 'feed', mode: 'sync', list, name: `of-${list}` });

const { config } = parseConfig(
  JSON.stringify({
    schema: 1,
    instance: 'test',
    cloud: 'Public',
    lists: {
      west: {
        tags: ['Storage.WestUS'],
        prefixes: ['198.51.100.0/24'],
        always: [exception('203.0.113.0/25'), exception('203.0.113.128/25', '2024-01-16')],
        never: [exception('20.0.0.0/24', '2024-01-17')],
      },
      east: { tags: ['Storage.EastUS'] },
    },
    targets: { west: target('west'), east: target('east') },
  }),
  { file: 'config.json', kinds: knownKinds, now: new Date('2024-01-15T00:00:00Z') },
);

test('an exception counts until the day on which it expires', () => {
  const { selections } = selectLists(config, ledger, new Date('2024-01-16T00:00:00Z'));
  const west = selections.get('west');
  expect(prefixesOf(west?.always ?? never())).toEqual(['198.51.100.0/24', '203.0.113.0/25']);
  expect(prefixesOf(west?.never ?? never())).toEqual(['20.0.0.0/24']);
});

test('what one target is asked about is what all of them are, and resolves no other list', () => {
  const now = new Date('2024-01-16T00:00:00Z');
  const unread = new Proxy({} as Config['lists'][string], { get: (_, key) => never(`read ${String(key)}`) });
  const alone: Config = { ...config, lists: { ...config.lists, east: unread } };
  expect(selectionFor('west', alone, ledger, now)).toEqual(selectLists(config, ledger, now).selections.get('west'));
  expect(selectionFor('gone', config, ledger, now)).toBeUndefined();
});

function never(what = 'nothing there'): never {
  throw new Error(what);
}
