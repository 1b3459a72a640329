import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../../src/ports/source.ts';
import { firstCandidate } from '../../src/ports/source.ts';
import { sources } from '../../src/sources/index.ts';
import { publicationFilesIn } from '../../src/sources/publication-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'publications-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text);
const numbered = (changeNumber: number) =>
  `{\r\n  "changeNumber": ${changeNumber},\r\n  "cloud": "Public",\r\n  "values": []}`;

function open(kind: string, path: string): Promise<Source> {
  const definition = sources.find((known) => known.kind === kind);
  if (definition === undefined) throw new Error(`no source of kind ${kind}`);
  return definition.open(definition.schema.parse({ path }), {
    cloud: 'Public',
    now: () => new Date('2026-11-12T08:00:00Z'),
    secret: ({ $env }) => $env,
  });
}

async function all(source: Source): Promise<string[]> {
  const files: string[] = [];
  for await (const { file } of source.candidates(AbortSignal.timeout(5000))) files.push(file);
  return files;
}

describe('order of publication', () => {
  const order = async () => (await publicationFilesIn(folder, 'Public')).map((path) => basename(path).slice(19, -5));

  test('by changeNumber first, then by the date in the name', async () => {
    await write('ServiceTags_Public_20240115.json', numbered(291));
    await write('ServiceTags_Public_20240122.json', numbered(290));
    await write('ServiceTags_Public_20240129.json', numbered(346));
    await write('ServiceTags_Public_20240108.json', numbered(346));
    await write('ServiceTags_Public_Latest.json', numbered(300));
    expect(await order()).toEqual(['20240122', '20240115', 'Latest', '20240108', '20240129']);
  });

  test('other clouds and other files are left out', async () => {
    await write('ServiceTags_Public_20240115.json', numbered(291));
    await write('ServiceTags_China_20240115.json', numbered(100));
    await write('ServiceTags_Public_20240115.json.bak', numbered(291));
    await write('notes.txt', 'hello');
    expect(await order()).toEqual(['20240115']);
  });

  test('a damaged file keeps its place by date, wherever that is', async () => {
    await write('ServiceTags_Public_20240101.json', '{"changeNumber": 2');
    await write('ServiceTags_Public_20240108.json', numbered(290));
    await write('ServiceTags_Public_20240115.json', '<html>');
    await write('ServiceTags_Public_20240116.json', '');
    await write('ServiceTags_Public_20240122.json', numbered(292));
    await write('ServiceTags_Public_20240129.json', '{"cloud": "Public"}');
    expect(await order()).toEqual(['20240101', '20240108', '20240115', '20240116', '20240122', '20240129']);
  });

  test("a tag's changeNumber is not taken for the publication's", async () => {
    const tag = { name: 'Storage', properties: { changeNumber: 999 } };
    await write(
      'ServiceTags_Public_20240115.json',
      JSON.stringify({ values: [tag], cloud: 'Public', changeNumber: 1 }),
    );
    await write('ServiceTags_Public_20240108.json', numbered(2));
    expect(await order()).toEqual(['20240115', '20240108']);
  });

  test('a folder that cannot be read is an error, not empty', async () => {
    await expect(publicationFilesIn(join(folder, 'absent'), 'Public')).rejects.toThrow(/Cannot read .*absent.*ENOENT/);
  });
});

describe('folder', () => {
  test('offers the newest by name first, then up to two older ones', async () => {
    await write('ServiceTags_Public_20240108.json', numbered(289));
    await write('ServiceTags_Public_20240115.json', numbered(400));
    await write('ServiceTags_Public_20240122.json', 'broken');
    await write('servicetags_public_20240129.JSON', numbered(292));
    expect(await all(await open('folder', folder))).toEqual([
      'ServiceTags_Public_20240129.json',
      'ServiceTags_Public_20240122.json',
      'ServiceTags_Public_20240115.json',
    ]);
  });

  test('says what it expected when there is nothing for the cloud', async () => {
    await write('ServiceTags_China_20240115.json', numbered(1));
    const source = await open('folder', folder);
    await expect(firstCandidate(source, AbortSignal.timeout(5000))).rejects.toThrow(
      `${folder} holds no file ServiceTags_Public_<date>.json`,
    );
  });

  test.each([
    ['a copy by a browser', 'ServiceTags_Public_20261123 (1).json'],
    ['a date with hyphens', 'ServiceTags_Public_2026-11-23.json'],
    ['a copy by a person', 'ServiceTags_Public_20261123 - Copy.json'],
    ['no date', 'ServiceTags_Public.json'],
    ['another name', 'azure.json'],
    ['a folder a year', join('2026', '11', 'ServiceTags_Public_20261123.json')],
    ['compressed', 'ServiceTags_Public_20261123.json.gz'],
    ['compressed, under another name', 'tags.json.gz'],
  ])('takes the newest under %s, and never the older one in its place', async (_, name) => {
    await write('ServiceTags_Public_20261116.json', numbered(400));
    await mkdir(join(folder, '2026', '11'), { recursive: true });
    await write(name, name.endsWith('.gz') ? gzipSync(numbered(401)) : numbered(401));
    const { bytes } = await firstCandidate(await open('folder', folder), AbortSignal.timeout(5000));
    expect(new TextDecoder().decode(bytes)).toBe(numbered(401));
  });

  test('names what it leaves out, and why', async () => {
    await write('ServiceTags_Public_20240115.json', numbered(1));
    await write('ServiceTags_China_20240115.json', numbered(1));
    await write('notes.json', '{"note": 1}');
    await write('api.json', JSON.stringify({ changeNumber: '68', type: 'Microsoft.Network/serviceTags', values: [] }));
    const { notes } = await firstCandidate(await open('folder', folder), AbortSignal.timeout(5000));
    expect(notes).toEqual([
      "left out: ServiceTags_China_20240115.json (a file of cloud China), api.json (the Discovery API's answer, which is no publication), notes.json (no publication)",
    ]);
  });

  test('takes one file in the place of a folder', async () => {
    await write('mine.json', numbered(7));
    expect(await all(await open('folder', join(folder, 'mine.json')))).toEqual(['mine.json']);
  });

  test('a sample carries that word in its provenance', async () => {
    await write('ServiceTags_Public_20240115.json', numbered(1));
    const { provenance } = await firstCandidate(await open('sample', folder), AbortSignal.timeout(5000));
    expect(provenance).toEqual({
      via: 'sample',
      url: pathToFileURL(join(folder, 'ServiceTags_Public_20240115.json')).href,
      fetchedAt: '2026-11-12T08:00:00.000Z',
    });
  });
});

describe('file', () => {
  test('gives the bytes as they are, under any name', async () => {
    await write('mine.json', numbered(7));
    const { bytes, file, provenance } = await firstCandidate(
      await open('file', join(folder, 'mine.json')),
      AbortSignal.timeout(5000),
    );
    expect(new TextDecoder().decode(bytes)).toBe(numbered(7));
    expect({ file, via: provenance.via }).toEqual({ file: 'mine.json', via: 'file' });
  });

  test('a file that is not there, or is a folder, is an error that names it', async () => {
    for (const path of [join(folder, 'absent.json'), folder]) {
      await expect(firstCandidate(await open('file', path), AbortSignal.timeout(5000))).rejects.toThrow(
        `Cannot read ${path}`,
      );
    }
  });
});
