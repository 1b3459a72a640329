import { expect, test } from 'vitest';
import type { StoredPublication } from '../../src/ports/store.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { samplePublication } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const bytes = Buffer.from('{"cloud":"Öffentlich"}\r\n');
const accepted: StoredPublication = {
  digest: samplePublication.digest,
  file: samplePublication.file,
  firstSeen: '2024-01-15T08:00:00.000Z',
  status: 'accepted',
  publication: samplePublication,
  reasons: [],
};

test('bytes and record come back as they were; there are none before', async () => {
  const { publications } = await openTestStore();
  expect(await publications.get(accepted.digest)).toBeUndefined();
  expect(await publications.bytes(accepted.digest)).toBeUndefined();
  await publications.put(accepted, bytes);
  expect(await publications.get(accepted.digest)).toEqual(accepted);
  expect(Buffer.from((await publications.bytes(accepted.digest)) ?? [])).toEqual(bytes);
});

test('all of them are listed', async () => {
  const { publications } = await openTestStore();
  expect(await publications.all()).toEqual([]);
  const others = ['a', 'b'].map((digest) => ({ ...accepted, digest: digest.repeat(64) }));
  for (const one of [accepted, ...others]) await publications.put(one, bytes);
  const listed = await publications.all();
  expect(listed.map(({ digest }) => digest).sort()).toEqual([accepted, ...others].map(({ digest }) => digest).sort());
  expect(listed).toContainEqual(accepted);
});

test('the same digest again changes nothing', async () => {
  const { publications } = await openTestStore();
  await publications.put(accepted, bytes);
  await publications.put({ ...accepted, status: 'refused', file: 'other.json' }, Buffer.from('other'));
  expect(await publications.get(accepted.digest)).toEqual(accepted);
  expect(Buffer.from((await publications.bytes(accepted.digest)) ?? [])).toEqual(bytes);
});

test('what a run found replaces what was imported, and never the other way round', async () => {
  const { publications } = await openTestStore();
  await publications.put({ ...accepted, status: 'imported' }, bytes);
  await publications.put({ ...accepted, status: 'imported', file: 'other.json' }, bytes);
  expect(await publications.get(accepted.digest)).toEqual({ ...accepted, status: 'imported' });
  await publications.put(accepted, bytes);
  expect(await publications.get(accepted.digest)).toEqual(accepted);
  await publications.put({ ...accepted, status: 'imported' }, bytes);
  expect(await publications.get(accepted.digest)).toEqual(accepted);
});

test('a refused file is kept with every reason, however many', async () => {
  const { publications } = await openTestStore();
  const { publication: _, ...rest } = accepted;
  const reasons = Array.from(
    { length: 5_000 },
    (_, i) => `values[${i}].properties.addressPrefixes[0]: expected …, got ‘ü’`,
  );
  const refused: StoredPublication = { ...rest, digest: `raw-${'0'.repeat(64)}`, status: 'refused', reasons };
  await publications.put(refused, new Uint8Array());
  expect(await publications.get(refused.digest)).toEqual(refused);
  expect(await publications.bytes(refused.digest)).toHaveLength(0);
});

test('a process that dies leaves a publication known with its bytes, or not known', async () => {
  await crashEverywhere({
    act: ({ publications }) => publications.put(accepted, bytes),
    always: async ({ publications }) => {
      if ((await publications.get(accepted.digest)) !== undefined) {
        expect(await publications.bytes(accepted.digest)).toHaveLength(bytes.length);
      }
    },
    end: ({ publications }) => publications.get(accepted.digest),
  });
});
