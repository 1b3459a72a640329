import { describe, expect, test } from 'vitest';
import { type Change, type HistoryQuery, UnknownPosition } from '../../src/ports/store.ts';
import type { Store } from '../../src/store/open.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { prefixes, sampleChange } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

type History = Store['history'];

const first = async (history: History, query: HistoryQuery) => (await history.page(query)).changes;

/** Every page after the other, with how many there were. */
async function all(
  history: History,
  query: HistoryQuery,
  wanted?: (change: Change) => boolean,
): Promise<{ readonly changes: Change[]; readonly pages: number }> {
  const changes: Change[] = [];
  let page = await history.page(query, wanted);
  for (let pages = 1; ; pages++) {
    expect(page.changes.length).toBeLessThanOrEqual(query.most);
    changes.push(...page.changes);
    if (page.next === undefined) return { changes, pages };
    page = await history.page({ ...query, after: page.next }, wanted);
  }
}

test('changes come newest first, of one target or of all', async () => {
  const { history } = await openTestStore();
  expect(await history.page({ most: 9 })).toEqual({ changes: [] });
  const changes = ['1', '3', '2'].map((day) =>
    sampleChange({ at: `2024-01-0${day}T08:00:00.000Z`, run: `run-${day}`, target: day === '2' ? 'wést/#' : 'east' }),
  );
  await history.append(changes);
  const runs = async (query: HistoryQuery) => (await first(history, query)).map(({ run }) => run);
  expect(await runs({ most: 9 })).toEqual(['run-3', 'run-2', 'run-1']);
  expect(await runs({ most: 9, target: 'wést/#' })).toEqual(['run-2']);
  expect(await runs({ most: 1, target: 'east' })).toEqual(['run-3']);
  expect(await first(history, { most: 1 })).toEqual([changes[1]]);
});

test('the same change of the same run is not doubled, however it is put together and paged', async () => {
  const { history } = await openTestStore();
  const [a, b, c] = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((prefix) => sampleChange({ prefix }));
  if (!a || !b || !c) throw new Error('expected three changes');
  await history.append([a, b]);
  await history.append([a, b]);
  await history.append([a, b, c]);
  await history.append([{ ...c, at: '2024-01-15T09:00:00.000Z' }]);
  for (const most of [1, 2, 9]) {
    const { changes } = await all(history, { most });
    expect(changes.map(({ prefix }) => prefix).sort()).toEqual([a.prefix, b.prefix, c.prefix]);
  }
  await history.append([
    { ...a, run: 'run-2' },
    { ...a, direction: 'remove' },
  ]);
  for (const most of [1, 2, 9]) expect((await all(history, { most })).changes).toHaveLength(5);
});

test('a first contact of thousands is one row to read', async () => {
  const { history } = await openTestStore();
  const changes = prefixes(6_000).map((prefix) => sampleChange({ prefix, cause: { kind: 'first contact' } }));
  await history.append(changes);
  expect(await first(history, { most: 10_000 })).toEqual(changes);
  expect(await first(history, { most: 7 })).toEqual(changes.slice(0, 7));
  expect(await all(history, { most: 1_999 })).toEqual({ changes, pages: 4 });
});

describe('times', () => {
  const at = (day: number) => `2024-01-${String(day).padStart(2, '0')}T08:00:00.000Z`;
  const days = async (history: History, query: Partial<HistoryQuery>) =>
    (await all(history, { most: 2, ...query })).changes.map((change) => Number(change.at.slice(8, 10)));

  test.each<[string, Partial<HistoryQuery>, number[]]>([
    ['from a moment on', { since: at(3) }, [5, 4, 3]],
    ['a millisecond later', { since: '2024-01-03T08:00:00.001Z' }, [5, 4]],
    ['before a moment', { until: at(3) }, [2, 1]],
    ['between two', { since: at(2), until: at(4) }, [3, 2]],
    ['nothing', { since: at(4), until: at(4) }, []],
  ])('%s', async (_name, query, expected) => {
    const { history } = await openTestStore();
    await history.append([1, 2, 3, 4, 5].map((day) => sampleChange({ at: at(day), run: `run-${day}` })));
    expect(await days(history, query)).toEqual(expected);
  });
});

test('what few pages want is found, and a page that found nothing goes on', async () => {
  const { history } = await openTestStore();
  const changes = Array.from({ length: 9 }, (_, i) =>
    prefixes(3_000).map((prefix) =>
      sampleChange({ prefix, run: `run-${i}`, at: `2024-01-0${9 - i}T08:00:00.000Z`, target: `t-${i}` }),
    ),
  ).flat();
  await history.append(changes);
  const found = await all(history, { most: 100 }, ({ target }) => target === 't-8');
  expect(found.changes).toEqual(changes.slice(-3_000));
  // The first page looks at 5,000 changes and finds none.
  expect((await history.page({ most: 100 }, ({ target }) => target === 't-8')).changes).toEqual([]);
  expect(found.pages).toBe(34);
});

test.each([
  '',
  'x',
  'bnVsbA',
  Buffer.from('["a"]').toString('base64url'),
  Buffer.from(`["a'",0]`).toString('base64url'),
  Buffer.from(`["a",0,"b'"]`).toString('base64url'),
])('%j is no place to go on from', async (after) => {
  const { history } = await openTestStore();
  await expect(history.page({ most: 1, after })).rejects.toThrow(UnknownPosition);
});

test('a process that dies in between appends the rest later', async () => {
  const changes = ['east', 'west', 'north'].map((target) => sampleChange({ target }));
  await crashEverywhere({
    act: ({ history }) => history.append(changes),
    end: async ({ history }) => (await first(history, { most: 99 })).map(({ target }) => target).sort(),
  });
});
