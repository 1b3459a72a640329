import { expect, test } from 'vitest';
import { plainMemory, type TargetMemory } from '../../src/core/plan/memory.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { prefixes, sampleMemory } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const plain = (memory: TargetMemory | undefined) => memory && plainMemory(memory);
const ipv4In = (memory: TargetMemory | undefined) =>
  plain(memory)?.grants.flatMap(({ entries }) => entries.filter((entry) => !entry.includes(':')));

test('a record comes back as it was; there is none before the first', async () => {
  const { targetRecords } = await openTestStore();
  expect(await targetRecords.get('é/#?')).toBeUndefined();
  expect(await targetRecords.all()).toEqual([]);
  await targetRecords.put(sampleMemory('é/#?'));
  expect(plain(await targetRecords.get('é/#?'))).toEqual(plain(sampleMemory('é/#?')));
});

test('what is put last stands', async () => {
  const { targetRecords } = await openTestStore();
  await targetRecords.put(sampleMemory('a', prefixes(3)));
  await targetRecords.put(sampleMemory('a', prefixes(2)));
  expect(ipv4In(await targetRecords.get('a'))).toEqual(prefixes(2));
});

test.each([
  ['over one string property', 4_000],
  ['over the row', 32_000],
])('prefixes that are long %s come back whole', async (_, count) => {
  const { targetRecords } = await openTestStore();
  await targetRecords.put(sampleMemory('long', prefixes(count)));
  expect(ipv4In(await targetRecords.get('long'))).toEqual(prefixes(count));
  await targetRecords.put(sampleMemory('long', prefixes(5)));
  expect(ipv4In(await targetRecords.get('long'))).toEqual(prefixes(5));
});

test('text beyond ASCII survives in long records', async () => {
  const { targetRecords } = await openTestStore();
  const tags = Array.from({ length: 9_000 }, (_, i) => `Straße ${i} 🚢`);
  await targetRecords.put({ ...sampleMemory('a'), tags });
  expect((await targetRecords.get('a'))?.tags).toEqual(tags);
});

test('all gives every record and no generation', async () => {
  const { targetRecords } = await openTestStore();
  for (const target of ['b', 'a', 'record|c']) {
    await targetRecords.put(sampleMemory(target));
    await targetRecords.raise([target], 4);
  }
  expect((await targetRecords.all()).map(({ target }) => target).sort()).toEqual(['a', 'b', 'record|c']);
});

test('a generation only rises', async () => {
  const { targetRecords } = await openTestStore();
  expect(await targetRecords.generation('a')).toBe(0);
  await Promise.all([3, 7, 5, 1, 6].map((generation) => targetRecords.raise(['a'], generation)));
  expect(await targetRecords.generation('a')).toBe(7);
  await targetRecords.raise(['a'], 2);
  expect(await targetRecords.generation('a')).toBe(7);
  expect(await targetRecords.generation('b')).toBe(0);
});

test('many are raised at once, each as far as it is not that high already', async () => {
  const { targetRecords } = await openTestStore();
  const targets = Array.from({ length: 120 }, (_, i) => `t${i}`);
  await targetRecords.raise(['t3'], 9);
  await Promise.all([targetRecords.raise(targets, 4), targetRecords.raise(targets.slice(50), 6)]);
  expect(await Promise.all(['t0', 't3', 't50', 't119'].map((one) => targetRecords.generation(one)))).toEqual([
    4, 9, 6, 6,
  ]);
});

test.each([
  ['nothing', 0],
  ['a record', 1],
])('put over %s that was read, what is put last stands, also where another writer was faster', async (_, there) => {
  const { targetRecords } = await openTestStore();
  if (there > 0) await targetRecords.put(sampleMemory('a', prefixes(there)));
  const before = await targetRecords.get('a');
  const first = sampleMemory('a', prefixes(2));
  await targetRecords.put(first, { before });
  expect(ipv4In(await targetRecords.get('a'))).toEqual(prefixes(2));
  await targetRecords.put(sampleMemory('a', prefixes(3)), { before });
  expect(ipv4In(await targetRecords.get('a'))).toEqual(prefixes(3));
  await targetRecords.put(sampleMemory('a', prefixes(4)), { before: first });
  const { all, of } = await targetRecords.atOnce();
  expect([ipv4In(of('a')), all.length, of('b')]).toEqual([prefixes(4), 1, undefined]);
});

test('a process that dies while putting leaves the old or the new record', async () => {
  // Too long for the row: blob and row are two requests.
  const tags = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(15_000));
  await crashEverywhere({
    prepare: ({ targetRecords }) => targetRecords.put(sampleMemory('a')),
    act: ({ targetRecords }) => targetRecords.put({ ...sampleMemory('a'), tags }),
    always: async ({ targetRecords }) => {
      expect([1, 40]).toContain((await targetRecords.get('a'))?.tags.length);
    },
    end: async ({ targetRecords }) => (await targetRecords.all()).map(plain),
  });
});
