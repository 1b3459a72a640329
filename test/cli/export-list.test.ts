import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { feedFormats } from '../../src/feeds/formats/index.ts';
import { keepConnection } from '../../src/local/start/connection.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { formatReaders, numbersOf } from '../support/read-formats.ts';
import { openWorld, type World } from '../support/world.ts';
import { cli } from './run-cli.ts';

const config = {
  lists: {
    west: { tags: ['Storage.WestUS'], families: ['ipv4', 'ipv6'], names: ['contoso.azurecr.io'] },
    lost: { tags: ['Storage.Nowhere'] },
  },
  targets: { feed: { kind: 'feed', mode: 'sync', list: 'west', name: 'west', keys: [{ $env: 'FEED_KEY' }] } },
};
const first = ['20.0.0.0/24', '20.0.2.0/24', '2603:1030::/48'];

let folder: string;
let world: World;
let run: (...args: string[]) => ReturnType<typeof cli>;

async function publish(changeNumber: number, date: string, listed: readonly string[]) {
  const publication = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(publication, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': listed } }));
  world.set({ publication, now: `${date}T12:00:00Z` });
  await world.run();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-list-'));
  world = await openWorld(inject('azurite'), config);
  await keepConnection(folder, world.env as Record<string, string>);
  run = (...args) => cli('export-list', ...args, '--data', folder);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test('a list is written where it changed, and the exit code tells so', async () => {
  const out = join(folder, 'west.txt');
  expect(await run('west', '--out', out)).toMatchObject({ code: 1, err: expect.stringContaining('nothing is known') });
  await publish(200, '2024-01-15', first);
  const args = ['west', '--format', 'nftables', '--out', out];
  expect(await run(...args, '--check')).toMatchObject({ code: 3, out: `${out} would change\n` });
  await expect(readFile(out)).rejects.toThrow('ENOENT');
  expect(await run(...args)).toMatchObject({ code: 3, out: `${out} written\n` });
  expect(await run(...args)).toMatchObject({ code: 0, out: '' });
  // A publication that changes nothing of the list changes nothing of the file.
  await publish(201, '2024-01-22', first);
  expect(await run(...args)).toMatchObject({ code: 0, out: '' });
  await publish(202, '2024-01-29', [...first.slice(0, 2), '20.0.4.0/24', ...first.slice(2)]);
  expect(await run(...args, '--check')).toMatchObject({ code: 3 });
  expect(await run(...args)).toMatchObject({ code: 3 });
  expect(await readFile(out, 'utf8')).toContain('20.0.4.0/24');
});

test('each format goes to stdout, host names where it takes nothing else', async () => {
  for (const { id, takes } of feedFormats.values()) {
    const { code, out, err } = await run('west', '--format', id);
    const read = formatReaders[id]?.(out);
    const four = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
    const held = takes.includes('ipv6') ? [...four, '2603:1030::/48'] : takes.includes('ipv4') ? four : [];
    expect([id, code, numbersOf(read?.addresses ?? [])]).toEqual([id, 0, numbersOf(held)]);
    expect(read?.names).toEqual(held.length > 0 ? [] : ['contoso.azurecr.io']);
    expect(err).toBe(id === 'cisco-ios' ? 'Left out, as cisco-ios does not take them: 1 IPv6 prefix\n' : '');
  }
  expect((await run('west', '--names')).out).toBe('contoso.azurecr.io\n');
});

test('what cannot be written leaves the file alone', async () => {
  const out = join(folder, 'kept.txt');
  await writeFile(out, 'as it was');
  for (const [args, code, err] of [
    [['east'], 1, 'expected one of the lists west, lost, got east'],
    [['lost'], 1, 'Storage.Nowhere'],
    [['west', '--format', 'mikro'], 2, 'Allowed choices are plain, json'],
  ] as const) {
    expect(await run(...args, '--out', out)).toMatchObject({ code, err: expect.stringContaining(err) });
  }
  expect(await run('west', '--check')).toMatchObject({ code: 2, err: expect.stringContaining('--out') });
  expect(await readFile(out, 'utf8')).toBe('as it was');
});
