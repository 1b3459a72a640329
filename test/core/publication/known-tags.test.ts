import { expect, test } from 'vitest';
import { type KnownTags, parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogBytes, plainCatalog } from '../../support/catalog.ts';

const tags = { 'Storage.WestUS': ['192.0.2.0/25', '198.51.100.0/24'], 'Storage.EastUS': ['203.0.113.0/24'] };

function parse(recipe: Parameters<typeof makeCatalogBytes>[0], known?: KnownTags) {
  const parsed = parseCatalog(makeCatalogBytes(recipe), known);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed;
}

const known = parse({ tags }).catalog.tags;

test('a document reads the same with and without what is known, and a tag that stayed is the same object', () => {
  const recipe = { changeNumber: 101, tags: { ...tags, 'Storage.EastUS': ['203.0.113.0/25'] } };
  const again = parse(recipe, known);
  expect(plainCatalog(again.catalog)).toEqual(plainCatalog(parse(recipe).catalog));
  expect(again.catalog.tags.get('Storage.WestUS')).toBe(known.get('Storage.WestUS'));
});

test('a tag with another number and the same prefixes has its own number', () => {
  const recipe = { tags, tagChangeNumbers: { 'Storage.WestUS': 7 } };
  const again = parse(recipe, known);
  expect(plainCatalog(again.catalog)).toEqual(plainCatalog(parse(recipe).catalog));
  expect(again.catalog.tags.get('Storage.WestUS')?.changeNumber).toBe(7);
});

test.each([
  ['a prefix with host bits', ['192.0.2.0/25', '198.51.100.1/24']],
  ['another order', ['198.51.100.0/24', '192.0.2.0/25']],
  ['a prefix more that is none', ['192.0.2.0/25', '198.51.100.0/24', 'x']],
])('%s sets the tag aside although it is known', (_name, prefixes) => {
  const parsed = parse({ tags: { ...tags, 'Storage.WestUS': prefixes } }, known);
  expect([...parsed.setAside.keys()]).toEqual(['Storage.WestUS']);
  expect([...parsed.catalog.tags.keys()]).toEqual(['Storage.EastUS']);
});
