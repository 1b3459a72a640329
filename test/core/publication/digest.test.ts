import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestsOf } from '../../../src/core/publication/digest.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogJson, makeCatalogValue } from '../../support/catalog.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';

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

it('is that of the whole document sorted and written at once', () => {
  const name = fc.constantFrom('name', 'values', 'a', '10', '9', '01', '-1', '__proto__', 'é', '"', '');
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(null, true, 0, -1.5e300, '', 'x"\ud800', 'ü'),
      fc.array(tie('any'), { maxLength: 5 }),
      fc.dictionary(name, tie('any'), { maxKeys: 6 }),
    ),
  })).any;
  const document = fc.record(
    { values: fc.array(value, { maxLength: 5 }), cloud: value, '7': value },
    { requiredKeys: [] },
  );
  checkProperty(
    fc.oneof(document, value).map((made) => JSON.parse(JSON.stringify(made)) as unknown),
    (parsed) => {
      const sorted = inOrder(parsed, 0) as { readonly values?: unknown } | null;
      const isDocument = typeof sorted === 'object' && sorted !== null && !Array.isArray(sorted);
      expect(digestsOf(parsed)).toEqual({
        digest: sha256(JSON.stringify(sorted)),
        valuesDigest: sha256(isDocument ? (JSON.stringify(sorted.values) ?? '') : ''),
      });
    },
    1_000,
  );
});

it('is the same however much text the tags are', () => {
  const tags = Array.from({ length: 2_000 }, (_, i) => [`Tag${i}`, [`10.${i >> 8}.${i & 255}.0/24`]] as const);
  const made = makeCatalogValue({ tags: Object.fromEntries(tags) });
  expect(digestsOf(made).valuesDigest).toBe(sha256(JSON.stringify((inOrder(made, 0) as typeof made).values)));
});

/** A value with properties in the order of their names, and the list `values` at its top in the order of their `name`. */
function inOrder(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.map((item) => inOrder(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]): [string, unknown] => {
      const inside = inOrder(field, depth + 1);
      return [name, depth === 0 && name === 'values' && Array.isArray(inside) ? inside.toSorted(byName) : inside];
    });
  return Object.fromEntries(entries);
}

function byName(a: unknown, b: unknown): number {
  const [x, y] = [a, b].map((tag) => {
    const named = typeof tag === 'object' && tag !== null && 'name' in tag ? tag.name : '';
    return typeof named === 'string' ? named : '';
  }) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
