import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { type Catalog, clouds } from '../../../src/core/publication/catalog.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { generateSample, writeSample } from '../../../src/simulator/sample/generate.ts';
import { chapters } from '../../../src/simulator/sample/scenario.ts';

const numbers = chapters.map((_, chapter) => chapter);
/** Published in a regional tag alone. */
const strangers = { ipv4: PrefixSet.from('ipv4', ['20.15.64.0/22']), ipv6: PrefixSet.empty('ipv6') };
const bytesOf = (text: string) => new TextEncoder().encode(text);

function catalogOf(chapter: number, cloud: (typeof clouds)[number] = 'Public'): Catalog {
  const result = parseCatalog(bytesOf(generateSample({ cloud, chapter, lineEnd: '\n' })));
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.catalog;
}

test.each(clouds.flatMap((cloud) => numbers.map((chapter) => ({ cloud, chapter }))))(
  'chapter $chapter of $cloud keeps every rule of the official files',
  ({ cloud, chapter }) => {
    const unix = parseCatalog(bytesOf(generateSample({ cloud, chapter, lineEnd: '\n' })));
    const windows = parseCatalog(bytesOf(generateSample({ cloud, chapter, lineEnd: '\r\n' })));
    expect(unix).toMatchObject({ ok: true, catalog: { cloud, changeNumber: 400 + chapter, notes: [] } });
    expect(windows).toMatchObject({ ok: true, digest: unix.ok ? unix.digest : '' });
  },
);

test.each(clouds)('in %s the global tags cover the regional ones and are never the same text', (cloud) => {
  for (const chapter of numbers) {
    const { tags } = catalogOf(chapter, cloud);
    for (const service of ['AzureContainerRegistry', 'Storage']) {
      const whole = tags.get(service);
      const regional = [...tags.values()].filter((tag) => tag.service === service && tag.region !== undefined);
      expect(regional.length).toBeGreaterThan(4);
      for (const family of ['ipv4', 'ipv6'] as const) {
        const union = PrefixSet.unionOf(
          family,
          regional.map((tag) => tag.prefixes[family]),
        );
        expect(whole?.prefixes[family].covers(union.subtract(strangers[family]))).toBe(true);
        expect(whole?.published).not.toEqual(union.toPrefixes());
        const sum = regional.reduce((total, tag) => total + tag.prefixes[family].count, 0n);
        expect(union.count, 'regions never overlap').toBe(sum);
      }
    }
  }
});

test.each(clouds)('in %s a registry has a tag to admit, which its global one covers', (cloud) => {
  for (const chapter of numbers) {
    const { tags } = catalogOf(chapter, cloud);
    const [regional, ...more] = [...tags.values()].filter(({ service, region }) => service === 'DataFactory' && region);
    expect(more).toEqual([]);
    expect(regional?.prefixes.ipv4.count).toBeGreaterThan(0n);
    for (const family of ['ipv4', 'ipv6'] as const) {
      const own = regional?.prefixes[family] ?? PrefixSet.empty(family);
      expect(tags.get('DataFactory')?.prefixes[family].covers(own)).toBe(true);
    }
  }
});

test("a tag's changeNumber rises by one exactly when its prefixes change, and starts at 1", () => {
  for (const chapter of numbers.slice(1)) {
    const before = catalogOf(chapter - 1).tags;
    for (const [name, tag] of catalogOf(chapter).tags) {
      const old = before.get(name);
      if (old === undefined) expect(tag.changeNumber).toBe(1);
      else {
        const step = tag.published.join() === old.published.join() ? 0 : 1;
        expect(tag.changeNumber - old.changeNumber, `${name} in chapter ${chapter}`).toBe(step);
      }
    }
  }
});

test('the story holds what it says: a small loss and a re-split, the fault, its end with a new region, a stranger', () => {
  const steps = numbers.slice(1).map((chapter) => {
    const before = catalogOf(chapter - 1).tags;
    const now = catalogOf(chapter).tags;
    const lost: Record<string, string> = {};
    const split: string[] = [];
    let gains = 0;
    for (const [name, old] of before) {
      const tag = now.get(name);
      if (tag === undefined) throw new Error(`${name} vanished`);
      if (tag.service === 'AzureCloud') continue;
      const gone = old.prefixes.ipv4.subtract(tag.prefixes.ipv4).count;
      if (gone > 0n) lost[name] = `${(gone * 100n) / old.prefixes.ipv4.count} %`;
      if (tag.prefixes.ipv4.equals(old.prefixes.ipv4) && tag.published.join() !== old.published.join())
        split.push(name);
      if (!old.prefixes.ipv4.covers(tag.prefixes.ipv4)) gains++;
    }
    return { lost, split, fresh: [...now.keys()].filter((name) => !before.has(name)), gains: gains > 0 };
  });
  expect(steps).toEqual([
    { lost: { 'Storage.WestEurope': '7 %' }, split: [], fresh: [], gains: true },
    { lost: { 'Storage.WestUS': '79 %' }, split: [], fresh: [], gains: true },
    { lost: {}, split: [], fresh: ['AzureContainerRegistry.AustriaEast', 'Storage.AustriaEast'], gains: true },
    { lost: {}, split: [], fresh: [], gains: true },
  ]);
  const struck = (chapter: number) => catalogOf(chapter).tags.get('Storage.WestUS')?.published;
  expect(struck(3)).toEqual(struck(1));
});

test.each(clouds)(
  'in %s all of Azure in a region covers its tags and the slip in one of them, and no stranger',
  (cloud) => {
    const outside = numbers.map((chapter) => {
      const { tags, regions } = catalogOf(chapter, cloud);
      const regional = [...tags.values()].filter(
        ({ service, region }) =>
          region !== undefined && ['Storage', 'AzureContainerRegistry', 'DataFactory'].includes(service),
      );
      return regional.flatMap(({ name, region = '', prefixes, service }) => {
        const around = tags.get(`AzureCloud.${regions.get(region)}`)?.prefixes.ipv4 ?? PrefixSet.empty('ipv4');
        const global = tags.get(service)?.prefixes.ipv4 ?? PrefixSet.empty('ipv4');
        return [around, global].flatMap((one) =>
          prefixes.ipv4
            .subtract(one)
            .toPrefixes()
            .map((prefix) => `${name} ${prefix}`),
        );
      });
    });
    const stranger = `Storage.${regionOfStranger[cloud]} 20.15.64.0/22`;
    expect(outside).toEqual([[], [], [], [], [stranger, stranger]]);
  },
);

const regionOfStranger = { Public: 'WestEurope', AzureGovernment: 'USGovVirginia', China: 'ChinaEast2' };

test('a file can be made as large as an official one', () => {
  const text = generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n', leastBytes: 1_000_000 });
  expect(text.length).toBeGreaterThanOrEqual(1_000_000);
  expect(text.length).toBeLessThan(1_100_000);
  expect(parseCatalog(bytesOf(text))).toMatchObject({ ok: true });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  { end: '2026-11-22T10:00:00Z', last: '20261116', first: '20261019' },
  { end: '2026-11-16T00:00:00Z', last: '20261109', first: '20261012' },
  { end: '2026-11-16T00:00:01Z', last: '20261116', first: '20261019' },
])('the files end on the Monday before $end', async ({ end, last, first }) => {
  const paths = await writeSample(folder, { end: new Date(end) });
  expect(paths).toHaveLength(5);
  expect(basename(paths[0] ?? '')).toBe(`ServiceTags_Public_${first}.json`);
  expect(basename(paths.at(-1) ?? '')).toBe(`ServiceTags_Public_${last}.json`);
  expect((await readdir(folder)).sort()).toEqual(paths.map((path) => basename(path)));
});

test('written again a week later, only the names differ; quiet, nothing asks a question', async () => {
  const read = async (end: string) =>
    Promise.all((await writeSample(folder, { end: new Date(end), quiet: true })).map((path) => readFile(path, 'utf8')));
  const texts = await read('2026-11-22T10:00:00Z');
  expect(texts).toHaveLength(4);
  expect(await read('2026-11-29T10:00:00Z')).toEqual(texts);
});
