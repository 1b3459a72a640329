import { beforeAll, expect, test } from 'vitest';
import { openTestStore } from '../support/open-test-store.ts';
import { prefixes, sampleChange } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

beforeAll(async () => (await openTestStore()).ensure());

test('changes come newest first, of one target or of all', async () => {
  const { history } = await openTestStore();
  expect(await history.list({ most: 9 })).toEqual([]);
  const changes = ['1', '3', '2'].map((day) =>
    sampleChange({ at: `2024-01-0${day}T08:00:00.000Z`, run: `run-${day}`, target: day === '2' ? 'wést/#' : 'east' }),
  );
  await history.append(changes);
  const runs = async (query: { target?: string; most: number }) => (await history.list(query)).map(({ run }) => run);
  expect(await runs({ most: 9 })).toEqual(['run-3', 'run-2', 'run-1']);
  expect(await runs({ most: 9, target: 'wést/#' })).toEqual(['run-2']);
  expect(await runs({ most: 1, target: 'east' })).toEqual(['run-3']);
  expect(await history.list({ most: 1 })).toEqual([changes[1]]);
});

test('the same change of the same run is not doubled, however it is put together', async () => {
  const { history } = await openTestStore();
  const [a, b, c] = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((prefix) => sampleChange({ prefix }));
  if (!a || !b || !c) throw new Error('expected three changes');
  await history.append([a, b]);
  await history.append([a, b]);
  await history.append([a, b, c]);
  await history.append([{ ...c, at: '2024-01-15T09:00:00.000Z' }]);
  const listed = await history.list({ most: 9 });
  expect(listed.map(({ prefix }) => prefix).sort()).toEqual([a.prefix, b.prefix, c.prefix]);
  await history.append([
    { ...a, run: 'run-2' },
    { ...a, direction: 'remove' },
  ]);
  expect(await history.list({ most: 9 })).toHaveLength(5);
});

test('a first contact of thousands is one row to read', async () => {
  const { history } = await openTestStore();
  const changes = prefixes(6_000).map((prefix) => sampleChange({ prefix, cause: { kind: 'first contact' } }));
  await history.append(changes);
  expect(await history.list({ most: 10_000 })).toEqual(changes);
  expect(await history.list({ most: 7 })).toEqual(changes.slice(0, 7));
});

test('a process that dies in between appends the rest later', async () => {
  const changes = ['east', 'west', 'north'].map((target) => sampleChange({ target }));
  await crashEverywhere({
    act: ({ history }) => history.append(changes),
    end: async ({ history }) => (await history.list({ most: 99 })).map(({ target }) => target).sort(),
  });
});
