import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ledger } from '../../../src/core/judge/ledger.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import type { Publication } from '../../../src/core/publication/publication.ts';
import { readPublication } from '../../../src/core/publication/read-publication.ts';
import { factsOf, isDoneWith, publicationsIn } from '../../../src/local/start/publication-runs.ts';
import type { StoredPublication } from '../../../src/ports/store.ts';
import { writeSample } from '../../../src/simulator/sample/generate.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'publications-'));
});

afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text = '{}'): Promise<void> => writeFile(path.join(folder, name), text);
const namesOf = (files: readonly string[]): string[] => files.map((file) => path.basename(file));

test('files come by their dates, whatever their numbers, and those without a date last', async () => {
  await put('ServiceTags_Public_20240115.json', '{"changeNumber": 9, "cloud": "Public"}');
  await put('ServiceTags_Public_20240122.json', '{"changeNumber": 3, "cloud": "Public"}');
  await put('ServiceTags_Public_20240108.json', '<html>');
  await put('ServiceTags_Public_Latest.json', '{"changeNumber": 1, "cloud": "Public"}');
  const { files, leftOut } = await publicationsIn(folder, 'Public');
  expect(namesOf(files).map((name) => name.slice(19, -5))).toEqual(['20240108', '20240115', '20240122', 'Latest']);
  expect(leftOut).toEqual([]);
});

test('what is left out is named; another cloud alone is kept, to be refused in words', async () => {
  await put('ServiceTags_China_20240108.json');
  await put('notes.json');
  expect(namesOf((await publicationsIn(folder, 'Public')).files)).toEqual(['ServiceTags_China_20240108.json']);
  await put('ServiceTags_Public_20240101.json');
  const { files, leftOut } = await publicationsIn(folder, 'Public');
  expect(namesOf(files)).toEqual(['ServiceTags_Public_20240101.json']);
  expect(leftOut).toEqual([
    { name: 'ServiceTags_China_20240108.json', why: 'a file of cloud China' },
    { name: 'notes.json', why: 'no publication' },
  ]);
});

test.each(['', 'missing'])('a folder without publications ("%s") is a usage error', async (name) => {
  await expect(publicationsIn(path.join(folder, name), 'Public')).rejects.toThrow(/ServiceTags_Public|Cannot read/);
});

test('a file is done with once a run has judged it', async () => {
  const [first = '', second = ''] = await writeSample(folder, { end: new Date('2024-02-01'), quiet: true });
  const facts = [await factsOf(first, 'Public'), await factsOf(second, 'Public')] as const;
  expect(facts[0]).toMatchObject({ changeNumber: 400, date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });

  const read = await Promise.all([publicationOf(first), publicationOf(second)]);
  const stored = new Map<string, StoredPublication>();
  const publications = { get: async (id: string) => stored.get(id) };
  const store = (at: 0 | 1): void => {
    const publication = read[at];
    const { digest, file } = publication;
    stored.set(digest, { digest, file, firstSeen: '', status: 'accepted', publication, reasons: [] });
  };
  const accepted = (at: 0 | 1): Ledger => ({ ...emptyLedger('Public'), accepted: read[at] });

  expect(await isDoneWith(facts[0], publications, undefined)).toBe(false);
  store(0);
  // Stored, and the process killed before the run was recorded.
  expect(await isDoneWith(facts[0], publications, undefined)).toBe(false);
  expect(await isDoneWith(facts[0], publications, accepted(0))).toBe(true);
  store(1);
  expect(await isDoneWith(facts[1], publications, accepted(0))).toBe(false);
  expect(await isDoneWith(facts[0], publications, accepted(1))).toBe(true);
});

test('a file that was imported is not done with: no run has looked at it', async () => {
  await put('ServiceTags_Public_20240108.json', 'truncat');
  const facts = await factsOf(path.join(folder, 'ServiceTags_Public_20240108.json'), 'Public');
  const { digest, file } = facts;
  const get = async () => ({ digest, file, firstSeen: '', status: 'imported' as const, reasons: [] });
  expect(await isDoneWith(facts, { get }, undefined)).toBe(false);
});

async function publicationOf(file: string): Promise<Publication> {
  const provenance = { via: 'sample', url: '', fetchedAt: '' };
  const origin = { file: path.basename(file), provenance, firstSeen: '2024-02-01T00:00:00Z' };
  const result = readPublication(await readFile(file), origin, 'Public');
  return result.ok ? result.publication : expect.fail();
}

test('a refused file is done with as soon as it was kept', async () => {
  await put('ServiceTags_Public_20240108.json', 'truncat');
  const facts = await factsOf(path.join(folder, 'ServiceTags_Public_20240108.json'), 'Public');
  expect(facts).toMatchObject({ changeNumber: null, date: '2024-01-08', digest: expect.stringMatching(/^raw-/) });
  const refused: StoredPublication = {
    ...{ digest: facts.digest, file: facts.file, firstSeen: '', status: 'refused' as const, reasons: ['truncated'] },
  };
  const publications = { get: async () => refused };
  expect(await isDoneWith(facts, publications, undefined)).toBe(true);
});
