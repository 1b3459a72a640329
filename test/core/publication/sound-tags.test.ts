import { expect, test } from 'vitest';
import { parseCatalog, soundTagsIn } from '../../../src/core/publication/parse.ts';
import { makeCatalogJson, makeCatalogValue } from '../../support/catalog.ts';

const recipe = {
  changeNumber: 7,
  tags: { 'Storage.WestUS': ['20.0.0.0/24'], 'Storage.EastUS': ['20.1.0.0/24'], Storage: ['20.0.0.0/15'] },
};
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const names = (document: Uint8Array) => [...(soundTagsIn(document)?.catalog.tags.keys() ?? [])];

/** The recipe's document after `change`. */
function damaged(change: (value: ReturnType<typeof makeCatalogValue>) => void): Uint8Array {
  const value = makeCatalogValue(recipe);
  change(value);
  expect(parseCatalog(bytes(value)).ok).toBe(false);
  return bytes(value);
}

test('a tag with an issue is left out, the others can be believed', () => {
  const document = damaged(({ values }) => values[1]?.properties.addressPrefixes.push('20.1.0.1/24'));
  expect(names(document)).toEqual(['Storage.WestUS', 'Storage']);
  expect(soundTagsIn(document)?.issues[0]?.path).toContain('values[1]');
});

test('a tag that stands twice is believed neither time', () => {
  const document = damaged(({ values }) => values.push(...values.slice(0, 1)));
  expect(names(document)).toEqual(['Storage.EastUS', 'Storage']);
});

test('more issues than are listed still leave out every broken tag', () => {
  const document = damaged(({ values }) => {
    for (let i = 0; i < 1500; i++) values[0]?.properties.addressPrefixes.push('20.0.0.1/24');
    values[2]?.properties.addressPrefixes.push('20.0.0.1/24');
  });
  expect(names(document)).toEqual(['Storage.EastUS']);
});

test.each([
  ['a document without its number', damaged((value) => Object.assign(value, { changeNumber: 'seven' }))],
  ['a document of no known cloud', damaged((value) => Object.assign(value, { cloud: 'Moon' }))],
  ['half a document', new TextEncoder().encode(makeCatalogJson(recipe).slice(0, -40))],
  ['a page', new TextEncoder().encode('<!doctype html>')],
])('%s has no tag that can be believed', (_, document) => {
  expect(soundTagsIn(document)).toBeUndefined();
});
