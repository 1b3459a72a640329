import { expect, it } from 'vitest';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogJson, makeCatalogValue } from '../../support/catalog.ts';

const recipe = {
  tags: { Storage: ['20.60.0.0/24', '2603:1030::/48'], AzureContainerRegistry: ['13.65.0.0/24'] },
};

function digestOf(text: string): string {
  const result = parseCatalog(new TextEncoder().encode(text));
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.digest;
}

const sound = makeCatalogJson(recipe);

it('never changes from release to release: stored decisions name publications by it', () => {
  expect(digestOf(sound)).toBe('6af82e6448547d49a9d96dd1e918a47ccd1df82d1f1b334464d1e77d48c5fc31');
});

type Rewrite = (value: unknown) => unknown;

/** Every object of a JSON value with its properties in the opposite order. */
const reversed: Rewrite = (value) => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
};

it.each([
  ['line ends', sound.replaceAll('\n', '\r\n')],
  ['white space', JSON.stringify(JSON.parse(sound))],
  ['the order of properties', JSON.stringify(reversed(JSON.parse(sound)))],
  [
    'the order of tags',
    JSON.stringify({ ...makeCatalogValue(recipe), values: makeCatalogValue(recipe).values.reverse() }),
  ],
  ['escapes', sound.replace('Storage', '\\u0053torage')],
])('does not depend on %s', (_, text) => {
  expect(text).not.toBe(sound);
  expect(digestOf(text)).toBe(digestOf(sound));
});

it.each([
  ['the number', sound.replace('"changeNumber": 100', '"changeNumber": 101')],
  ['the cloud', sound.replace('"Public"', '"China"')],
  ['a prefix', sound.replace('20.60.0.0/24', '20.60.0.0/23')],
  ['a lost prefix', sound.replace(/"20.60.0.0\/24",\s*/, '')],
  ['a tag', sound.replaceAll('"Storage"', '"Storages"')],
  ["a tag's number", sound.replace('"changeNumber": 1,', '"changeNumber": 2,')],
  ['a field that decides nothing', sound.replace('"AzureStorage"', '""')],
  ['a list of texts', sound.replace('"NSG"', '"UDR"')],
  ['an unknown property', sound.replace('"regionId": 0', '"regionId": 0, "new": {"deep": [1, {"x": null}]}')],
])('depends on %s', (_, text) => {
  expect(text).not.toBe(sound);
  expect(digestOf(text)).not.toBe(digestOf(sound));
});

it('depends on what is deep inside an unknown property', () => {
  const deep = (inside: string) => sound.replace('"regionId": 0', `"regionId": 0, "new": [[${inside}]]`);
  const digests = ['', '1', '"1"', 'null', '{}', '[]', '{"a": 1}', '{"a": 2}', '{"__proto__": 1}'].map((inside) =>
    digestOf(deep(inside)),
  );
  expect(new Set(digests).size).toBe(digests.length);
});
