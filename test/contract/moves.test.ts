import { expect, test } from 'vitest';
import { entriesOf } from '../../src/core/plan/entries.ts';
import type { Move } from '../../src/core/plan/memory.ts';
import type { Store } from '../../src/store/open.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { crashEverywhere } from './crash-everywhere.ts';

function move(day: string, direction: Move['direction'], ranges: readonly string[], more: Partial<Move> = {}): Move {
  const cause = { kind: 'publication', changeNumber: 200, tag: 'Storage.WestUS' } as const;
  return { target: 'wést/#', at: `2024-01-${day}T08:00:00.000Z`, direction, ranges, cause, run: `run-${day}`, ...more };
}

async function latest({ moves }: Store, of: readonly string[], day: string, target = 'wést/#') {
  const found = await moves.latest({ target, of: entriesOf(of), until: `2024-01-${day}T08:00:00.000Z` });
  return found.map(({ run, direction }) => `${run} ${direction}`);
}

test('the newest move of a range comes first, and none of later days', async () => {
  const store = await openTestStore();
  await store.moves.append([move('02', 'add', ['20.0.0.0/24', '20.0.1.0/24', '2603:1030::/48'])]);
  await store.moves.append([move('05', 'remove', ['20.0.0.0/25', '2603:1030::/49'])]);
  await store.moves.append([move('09', 'add', ['20.0.0.0/26'])]);
  expect(await latest(store, ['20.0.0.1/32'], '01')).toEqual([]);
  expect(await latest(store, ['20.0.0.1/32'], '02')).toEqual(['run-02 add']);
  expect(await latest(store, ['20.0.0.1/32'], '08')).toEqual(['run-05 remove']);
  expect(await latest(store, ['20.0.0.1/32'], '09')).toEqual(['run-09 add']);
  expect(await latest(store, ['20.0.0.0/24'], '09')).toEqual(['run-09 add', 'run-05 remove', 'run-02 add']);
  expect(await latest(store, ['2603:1030::1/128'], '06')).toEqual(['run-05 remove']);
  expect(await latest(store, ['21.0.0.1/32'], '09')).toEqual([]);
  expect(await latest(store, ['20.0.0.1/32'], '09', 'east')).toEqual([]);
});

test('what is broader than a part of the address space is found from every part of it', async () => {
  const store = await openTestStore();
  await store.moves.append([move('02', 'add', ['20.0.0.0/7', '2000::/8', '::/15'])]);
  await store.moves.append([move('03', 'remove', ['21.0.0.0/16'])]);
  expect(await latest(store, ['20.9.0.1/32'], '09')).toEqual(['run-02 add']);
  expect(await latest(store, ['21.1.0.0/16'], '09')).toEqual(['run-02 add']);
  expect(await latest(store, ['21.0.0.0/15'], '09')).toEqual(['run-03 remove', 'run-02 add']);
  expect(await latest(store, ['2001:db8::/32', '::1/128'], '09')).toEqual(['run-02 add']);
});

test('names are found among names', async () => {
  const store = await openTestStore();
  await store.moves.append([move('02', 'add', ['*.azurecr.io', 'contoso.azurecr.io'])]);
  await store.moves.append([move('03', 'remove', ['contoso.azurecr.io'])]);
  expect(await latest(store, ['contoso.azurecr.io'], '09')).toEqual(['run-03 remove']);
  expect(await latest(store, ['*.azurecr.io', 'contoso.azurecr.io'], '02')).toEqual(['run-02 add']);
});

test('thousands that come at once come back whole, and the same again is not doubled', async () => {
  const store = await openTestStore();
  const ranges = Array.from({ length: 3_000 }, (_, i) => `${20 + (i % 200)}.${i >> 8}.${i & 255}.0/24`);
  const first = move('02', 'add', ranges);
  await store.moves.append([first]);
  await store.moves.append([first]);
  const of = entriesOf(ranges.filter((one) => one.startsWith('20.') || one.startsWith('77.')));
  const found = await store.moves.latest({ target: first.target, of, until: first.at });
  expect(found.flatMap((one) => one.ranges).sort()).toEqual(
    ranges.filter((one) => one.startsWith('20.') || one.startsWith('77.')).sort(),
  );
});

test('a process that dies in between appends the rest later', async () => {
  const moves = [
    move('02', 'add', ['20.0.0.0/24', '40.0.0.0/24', 'contoso.azurecr.io']),
    move('02', 'add', ['20.0.0.0/24'], { target: 'east' }),
  ];
  await crashEverywhere({
    act: (store) => store.moves.append(moves),
    end: async (store) => [
      await latest(store, ['20.0.0.0/24', '40.0.0.0/24', 'contoso.azurecr.io'], '02'),
      await latest(store, ['20.0.0.0/24'], '02', 'east'),
    ],
  });
});
