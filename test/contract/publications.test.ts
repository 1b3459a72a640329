import { expect, test } from 'vitest';
import type { StoredPublication } from '../../src/ports/store.ts';
import { freshInstance, layPlain, openTestStore, overwritePacked } from '../support/open-test-store.ts';
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

test('bytes are stored packed, and what is no packed file comes back as it lies there', async () => {
  const instance = freshInstance();
  const { publications } = await openTestStore({ instance });
  const large = Buffer.from('"20.0.0.0/24", '.repeat(10_000));
  await publications.put(accepted, large);
  const [held] = await publications.held();
  expect(held).toMatchObject({ digest: accepted.digest, isPlain: false });
  expect(held?.bytes).toBeLessThan(large.length / 100);
  expect(Buffer.from((await publications.bytes(accepted.digest)) ?? [])).toEqual(large);
  await overwritePacked(instance, accepted.digest, Buffer.from('damaged'));
  expect(String(Buffer.from((await publications.bytes(accepted.digest)) ?? []))).toBe('damaged');
});

test('what an earlier version stored as it came is read, and packed once', async () => {
  const instance = freshInstance();
  const { publications } = await openTestStore({ instance });
  await publications.put(accepted, Buffer.from('other'));
  await layPlain(instance, accepted.digest, bytes);
  for (const isPlain of [true, false]) {
    expect(Buffer.from((await publications.bytes(accepted.digest)) ?? [])).toEqual(bytes);
    expect(await publications.held()).toMatchObject([{ digest: accepted.digest, isPlain }]);
    await publications.pack(accepted.digest);
  }
  await publications.pack('unknown');
  expect(await publications.held()).toHaveLength(1);
});

test('what is dropped has no bytes from then on, and is known as before, with the day', async () => {
  const { publications } = await openTestStore();
  await publications.put(accepted, bytes);
  const dropped = '2027-01-15T08:00:00.000Z';
  await publications.drop(accepted.digest, dropped);
  await publications.drop(accepted.digest, '2028-01-15T08:00:00.000Z');
  expect(await publications.bytes(accepted.digest)).toBeUndefined();
  expect(await publications.held()).toEqual([]);
  expect(await publications.get(accepted.digest)).toEqual({ ...accepted, dropped });
});

test('what was dropped and comes again is kept whole again', async () => {
  const { publications } = await openTestStore();
  await publications.put(accepted, bytes);
  await publications.drop(accepted.digest, '2027-01-15T08:00:00.000Z');
  await publications.put(accepted, bytes);
  expect(Buffer.from((await publications.bytes(accepted.digest)) ?? [])).toEqual(bytes);
  expect(await publications.get(accepted.digest)).toEqual(accepted);
});

test('a process that dies while it packs leaves the bytes, and one that dies while it drops leaves nothing unsaid', async () => {
  await crashEverywhere({
    prepare: async ({ publications }, instance) => {
      await publications.put(accepted, Buffer.from('other'));
      await layPlain(instance, accepted.digest, bytes);
    },
    act: ({ publications }) => publications.pack(accepted.digest),
    always: async ({ publications }) =>
      expect(Buffer.from((await publications.bytes(accepted.digest)) ?? [])).toEqual(bytes),
    end: ({ publications }) => publications.held(),
  });
  await crashEverywhere({
    prepare: ({ publications }) => publications.put(accepted, bytes),
    act: ({ publications }) => publications.drop(accepted.digest, '2027-01-15T08:00:00.000Z'),
    always: async ({ publications }) => {
      const there = await publications.bytes(accepted.digest);
      if (there === undefined) expect((await publications.get(accepted.digest))?.dropped).toBeDefined();
      else expect(Buffer.from(there)).toEqual(bytes);
    },
    end: async ({ publications }) => [await publications.get(accepted.digest), await publications.held()],
  });
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
