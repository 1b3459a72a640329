import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cli } from '../cli/run-cli.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Old publications are loaded beside those that a service has seen: they can be asked for, and change nothing.

let world: World;
let folder: string;
let old: string;

const fileIn = async (where: string, date: string, changeNumber: number, prefixes: readonly string[]) => {
  const file = join(where, `ServiceTags_Public_${date}.json`);
  await writeFile(file, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': prefixes } }));
  return file;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-history-'));
  old = join(folder, 'old');
  await mkdir(old);
  await fileIn(old, '20230102', 150, ['20.0.0.0/24']);
  await fileIn(old, '20230109', 151, ['20.0.0.0/23']);
  // One that the service has itself, one that it will have, one that is broken, and another cloud's.
  await fileIn(old, '20240115', 200, ['20.0.0.0/24', '20.0.2.0/24']);
  await fileIn(old, '20240122', 201, ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24']);
  await writeFile(join(old, 'ServiceTags_Public_20230116.json'), '<html>');
  await writeFile(join(old, 'ServiceTags_China_20230102.json'), '{}');
  world = await openWorld(inject('azurite'), {
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: { kind: 'feed', mode: 'sync', list: 'west', name: 'hub', addresses: ['10.0.0.0/8'] } },
  });
  world.set({ publication: await fileIn(folder, '20240115', 200, ['20.0.0.0/24', '20.0.2.0/24']) });
  world.set({ now: '2024-01-16T12:00:00Z' });
  await world.run();
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function importOld(from = old): ReturnType<typeof cli> {
  const account = join(folder, 'account');
  await writeFile(account, inject('azurite'), { mode: 0o600 });
  process.env.SERVICE_TAG_SYNC_SEAL_KEY = world.env.SERVICE_TAG_SYNC_SEAL_KEY;
  try {
    return await cli(
      'import-history',
      from,
      '--storage-file',
      account,
      '--config',
      world.env.SERVICE_TAG_SYNC_CONFIG ?? '',
    );
  } finally {
    delete process.env.SERVICE_TAG_SYNC_SEAL_KEY;
  }
}

test('files are kept, those that cannot be read are named, and the same folder again changes nothing', async () => {
  const before = await (await world.desk()).status();
  const first = await importOld();
  expect(first).toMatchObject({ code: 1, out: '3 publications kept, 1 known already.\n' });
  expect(first.err).toMatch(/^ServiceTags_Public_20230116\.json is left out: .*HTML/);
  expect(await importOld()).toMatchObject({ code: 1, out: '0 publications kept, 4 known already.\n' });
  const desk = await world.desk();
  expect(await desk.status()).toEqual(before);
  expect((await desk.publications()).map(({ changeNumber, status }) => [changeNumber, status])).toEqual([
    [201, 'imported'],
    [200, 'accepted'],
    [151, 'imported'],
    [150, 'imported'],
  ]);
});

test('they can be compared and given back, by number and date', async () => {
  const desk = await world.desk();
  expect((await desk.diff('150', '2023-01-10', {})).tags).toMatchObject([{ kind: 'grown', gained: ['20.0.1.0/24'] }]);
  expect(await desk.publication('151')).toMatchObject({ kind: 'whole', publication: { status: 'imported' } });
  expect((await desk.publication('latest'))?.publication.changeNumber).toBe(200);
});

test('their sizes are part of the history of a tag, beside what a run judged', async () => {
  const { points, lists, behind } = await (await world.desk()).tagHistory('storage.westus', {});
  expect([lists, behind]).toEqual([['west'], 0]);
  expect(points.map(({ at, published, effective }) => [at.slice(0, 10), published.ipv4, effective?.ipv4])).toEqual([
    ['2023-01-02', '256', undefined],
    ['2023-01-09', '512', undefined],
    ['2024-01-16', '512', '512'],
    ['2024-01-22', '768', '512'],
  ]);
  expect(points[2]).toMatchObject({ gained: { ipv4: '256' }, lost: { ipv4: '256' } });
});

test('they say nothing of when a publication came', async () => {
  const desk = await world.desk();
  expect((await desk.changes({ most: 9, since: '150' })).changes).toHaveLength(2);
  expect((await desk.changes({ most: 9, since: '200' })).changes).toEqual([]);
  await expect(desk.changes({ most: 9, since: '201' })).rejects.toThrow('up to 200');
});

test('nobody accepts one by its digest; once the source brings it, it comes into force like every other', async () => {
  const [imported] = await (await world.desk()).publications();
  await expect(world.say({ kind: 'accept-publication', digest: imported?.digest ?? '' })).rejects.toThrow(
    'was loaded for answers about the past',
  );
  world.set({ publication: join(old, 'ServiceTags_Public_20240122.json'), now: '2024-01-23T12:00:00Z' });
  expect(await world.run()).toMatchObject({ status: 'applied', publication: { changeNumber: 201 } });
  const [newest] = await (await world.desk()).publications();
  expect(newest).toMatchObject({ changeNumber: 201, status: 'accepted', firstSeen: '2024-01-23T12:00:00.000Z' });
  // Housekeeping takes in what a run judged.
  await (await world.service()).runMaintenance();
  const { tags, behind } = await (await world.desk()).tags();
  expect(behind).toBe(0);
  expect(tags).toMatchObject([
    { tag: 'Storage.WestUS', effective: { ipv4: '768' }, lastChange: { at: '2024-01-23T12:00:00.000Z' } },
  ]);
});

test('a folder without any is refused', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  expect(await importOld(empty)).toMatchObject({
    code: 1,
    err: expect.stringContaining('expected publications of Public in'),
  });
  expect(await importOld(join(folder, 'none'))).toMatchObject({ code: 1, err: expect.stringContaining('Cannot read') });
});
