import { expect, test } from 'vitest';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import { parentsOf } from '../../../src/core/publication/parents.ts';
import type { ParsedPublication } from '../../../src/core/publication/publication.ts';
import { readPublication } from '../../../src/core/publication/read-publication.ts';
import { mergeTags, takeFile, withTagsFrom } from '../../../src/core/publication/take-file.ts';
import { type CatalogRecipe, makeCatalogValue, makePublication } from '../../support/catalog.ts';

const west = 'Storage.WestUS';
const east = 'Storage.EastUS';
const tags = {
  [west]: ['20.0.0.0/24'],
  [east]: ['20.1.0.0/24'],
  Storage: ['20.0.0.0/15'],
  'AzureCloud.westus': ['20.0.0.0/16'],
};
const week = (changeNumber: number, more: CatalogRecipe['tags'] = {}) => ({ changeNumber, tags: { ...tags, ...more } });

/** A file whose tags named in `broken` have a prefix that is none. */
function fileOf(recipe: CatalogRecipe, broken: readonly string[] = [], change?: (value: object[]) => void) {
  const value = makeCatalogValue(recipe);
  for (const tag of value.values) if (broken.includes(tag.name)) tag.properties.addressPrefixes.push('x');
  change?.(value.values);
  const provenance = { via: 'test', url: 'https://example.test/', fetchedAt: '2024-01-15T00:00:00Z' };
  const file = `ServiceTags_Public_${recipe.changeNumber}.json`;
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const read = readPublication(bytes, { file, provenance, firstSeen: '2024-01-15' }, 'Public');
  if (!read.ok) throw new Error(read.issues.map(formatIssue).join());
  return read;
}

const prefixes = ({ catalog }: Pick<ParsedPublication, 'catalog'>, tag: string) => catalog.tags.get(tag)?.published;
const origins = ({ publication }: ParsedPublication) =>
  publication.tagsFrom?.map(({ tag, from }) => [tag, from?.changeNumber]);

test('a sound file is taken as it is', () => {
  const file = fileOf(week(201));
  expect(takeFile(file, makePublication(week(200)))).toEqual({ publication: file.publication, catalog: file.catalog });
});

test('a broken tag stays as before, over any number of files, and the rest is taken', () => {
  const first = makePublication(week(200));
  const second = takeFile(fileOf(week(201, { [east]: ['20.1.2.0/24'], [west]: ['20.0.2.0/24'] }), [west]), first);
  expect([west, east].map((tag) => prefixes(second, tag))).toEqual([tags[west], ['20.1.2.0/24']]);
  expect(origins(second)).toEqual([[west, 200]]);
  expect([...(second.setAside?.keys() ?? [])]).toEqual([west]);

  const third = takeFile(fileOf(week(202, { [east]: ['20.1.4.0/24'] }), [west, east]), second);
  expect([west, east].map((tag) => prefixes(third, tag))).toEqual([tags[west], ['20.1.2.0/24']]);
  expect(origins(third)).toEqual([
    [west, 200],
    [east, 201],
  ]);

  const healed = takeFile(fileOf(week(203, { [west]: ['20.0.8.0/24'] })), third);
  expect([west, east].map((tag) => prefixes(healed, tag))).toEqual([['20.0.8.0/24'], tags[east]]);
  expect(healed.publication.tagsFrom).toBeUndefined();
});

test('a broken tag that was never in force stays absent', () => {
  const taken = takeFile(fileOf(week(201, { 'Storage.NorthUS': ['20.1.9.0/24'] }), ['Storage.NorthUS']), {});
  expect(taken.catalog.tags.has('Storage.NorthUS')).toBe(false);
  expect(taken.publication.tagsFrom).toEqual([{ tag: 'Storage.NorthUS', why: expect.stringContaining('values[4]') }]);
});

test('what seems to be gone is not, while the name of a value cannot be read', () => {
  const nameless = fileOf(week(201), [], (values) => Object.assign(values[0] ?? {}, { name: 7, id: 7 }));
  const taken = takeFile(nameless, makePublication(week(200)));
  expect(prefixes(taken, west)).toEqual(tags[west]);
  expect(taken.publication).toMatchObject({ unnamed: 1, tagsFrom: [{ tag: west, from: { changeNumber: 200 } }] });
});

test('a tag that went back is set aside, and the numbers are told', () => {
  const before = makePublication({ ...week(200), tagChangeNumbers: { [west]: 9 } });
  const file = fileOf({ ...week(201, { [west]: ['20.0.9.0/24'] }), tagChangeNumbers: { [west]: 8 } });
  const taken = takeFile(file, before, [west]);
  expect(prefixes(taken, west)).toEqual(tags[west]);
  expect(taken.stale).toEqual([west]);
  expect(taken.publication.tagsFrom).toMatchObject([{ tag: west, stale: true }]);
  expect(taken.publication.tagsFrom?.[0]?.why).toMatch(/changeNumber of Storage\.WestUS: expected at least 9.*got 8/);
});

test('what contains a tag of a region stays, whichever tags come from where', () => {
  const inForce = makePublication(week(200)).catalog;
  const parts = [
    takeFile(fileOf(week(201), ['AzureCloud.westus', west]), makePublication(week(200))).catalog,
    mergeTags(
      inForce,
      makePublication({ changeNumber: 201, tags: { [west]: ['20.0.2.0/24'] } }).catalog,
      (tag) => tag !== west,
    ),
  ];
  for (const catalog of parts) {
    const { global, region } = parentsOf(west, catalog);
    expect([global, region].map((sets) => sets?.ipv4.toPrefixes())).toEqual([['20.0.0.0/15'], ['20.0.0.0/16']]);
  }
});

test('tags that a person takes from another file are in force from there, the rest stays what it was', () => {
  const first = makePublication(week(200));
  const second = takeFile(fileOf(week(201), [west]), first).publication;
  const other = fileOf(week(230)).publication;
  expect(withTagsFrom(second, other, [east]).tagsFrom).toMatchObject([
    { tag: west, from: { changeNumber: 200 }, why: expect.any(String) },
    { tag: east, from: { changeNumber: 230, digest: other.digest } },
  ]);
  const whole = withTagsFrom(second, second, [west]);
  expect(whole.tagsFrom).toBeUndefined();
  expect(whole.changeNumber).toBe(201);
});
