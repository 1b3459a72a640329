import { expect, test } from 'vitest';
import { type CatalogRecipe, makePublication } from '../../support/catalog.ts';

const tags = { Storage: ['20.60.0.0/24'], 'Storage.WestUS': ['20.60.0.0/25'] };
const valuesDigest = (recipe: Partial<CatalogRecipe>) => makePublication({ tags, ...recipe }).publication.valuesDigest;

test('it is the same under another number and in another order of tags', () => {
  expect(valuesDigest({ changeNumber: 101 })).toBe(valuesDigest({ changeNumber: 100 }));
  const { Storage, ...rest } = tags;
  expect(valuesDigest({ tags: { ...rest, Storage } })).toBe(valuesDigest({}));
});

test.each<[string, Partial<CatalogRecipe>]>([
  ['a prefix', { tags: { ...tags, Storage: ['20.60.0.0/23'] } }],
  ['a tag', { tags: { ...tags, Sql: ['20.61.0.0/24'] } }],
  ["a tag's own number", { tagChangeNumbers: { Storage: 2 } }],
])('%s makes a difference', (_, recipe) => {
  expect(valuesDigest(recipe)).not.toBe(valuesDigest({}));
});
