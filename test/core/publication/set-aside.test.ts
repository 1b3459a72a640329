import { expect, test } from 'vitest';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogJson, makeCatalogValue } from '../../support/catalog.ts';

const recipe = {
  changeNumber: 7,
  tags: { 'Storage.WestUS': ['20.0.0.0/24'], 'Storage.EastUS': ['20.1.0.0/24'], Storage: ['20.0.0.0/15'] },
};
const bytes = (text: string) => new TextEncoder().encode(text);
type Document = ReturnType<typeof makeCatalogValue>;

/** The recipe's document after `change`, as text. */
function damaged(change: (value: Document) => unknown): string {
  const value = makeCatalogValue(recipe);
  change(value);
  return JSON.stringify(value);
}

function read(text: string) {
  const parsed = parseCatalog(bytes(text));
  if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join());
  return parsed;
}

/** What is left out of a document, and what of it can be believed. */
function partsOf(text: string) {
  const { catalog, setAside, unnamed } = read(text);
  return { sound: [...catalog.tags.keys()], setAside: [...setAside.keys()], unnamed: unnamed.map(({ path }) => path) };
}

const cases: readonly [what: string, text: string, parts: ReturnType<typeof partsOf>][] = [
  ['nothing', damaged(() => 0), { sound: ['Storage.WestUS', 'Storage.EastUS', 'Storage'], setAside: [], unnamed: [] }],
  [
    'host bits',
    damaged(({ values }) => values[1]?.properties.addressPrefixes.push('20.1.0.1/24')),
    { sound: ['Storage.WestUS', 'Storage'], setAside: ['Storage.EastUS'], unnamed: [] },
  ],
  [
    'an empty list',
    damaged(({ values }) => Object.assign(values[1]?.properties ?? {}, { addressPrefixes: [] })),
    { sound: ['Storage.WestUS', 'Storage'], setAside: ['Storage.EastUS'], unnamed: [] },
  ],
  [
    'a tag twice: both',
    damaged(({ values }) => values.push(...values.slice(0, 1))),
    { sound: ['Storage.EastUS', 'Storage'], setAside: ['Storage.WestUS'], unnamed: [] },
  ],
  [
    'a tag twice, the first one damaged: both',
    damaged(({ values }) => {
      values.unshift(...structuredClone(values.slice(0, 1)));
      values[0]?.properties.addressPrefixes.push('x');
    }),
    { sound: ['Storage.EastUS', 'Storage'], setAside: ['Storage.WestUS'], unnamed: [] },
  ],
  [
    'another id: the tag of either name',
    damaged(({ values }) => Object.assign(values[0] ?? {}, { name: 'Storage.WestUZ' })),
    { sound: ['Storage.EastUS', 'Storage'], setAside: ['Storage.WestUZ', 'Storage.WestUS'], unnamed: [] },
  ],
  [
    'the id of another tag: both tags',
    damaged(({ values }) => Object.assign(values[0] ?? {}, { id: 'Storage' })),
    { sound: ['Storage.EastUS'], setAside: ['Storage.WestUS', 'Storage'], unnamed: [] },
  ],
  [
    'a name that is none, beside an id',
    damaged(({ values }) => Object.assign(values[0] ?? {}, { name: 7 })),
    { sound: ['Storage.EastUS', 'Storage'], setAside: ['Storage.WestUS'], unnamed: [] },
  ],
  [
    'a value without any name',
    damaged(({ values }) => Object.assign(values[0] ?? {}, { name: 7, id: '' })),
    { sound: ['Storage.EastUS', 'Storage'], setAside: [], unnamed: ['values[0].name'] },
  ],
  [
    'a value that is none',
    damaged((value) => Object.assign(value.values, { 0: null })),
    { sound: ['Storage.EastUS', 'Storage'], setAside: [], unnamed: ['values[0]'] },
  ],
  [
    'a name twice in one value: which it was cannot be told',
    makeCatalogJson(recipe).replace('"id": "Storage.EastUS"', '"name": "Storage.EastUS", "id": "Storage.EastUS"'),
    { sound: ['Storage.WestUS', 'Storage'], setAside: ['Storage.EastUS'], unnamed: ['values[1].name'] },
  ],
];

test.each(cases)('%s', (_, text, parts) => {
  expect(partsOf(text)).toEqual(parts);
});

test('the issues of a tag say where and what', () => {
  const { setAside } = read(damaged(({ values }) => values[1]?.properties.addressPrefixes.push('20.1.0.1/24')));
  expect(setAside.get('Storage.EastUS')?.map(formatIssue)).toEqual([
    expect.stringMatching(/^values\[1\]\.properties\.addressPrefixes\[1\]: expected .*, got .*20\.1\.0\.1\/24/),
  ]);
});

test('more issues than are listed still set aside every broken tag, each with its first', () => {
  const { catalog, setAside } = read(
    damaged(({ values }) => {
      for (let i = 0; i < 1500; i++) values[0]?.properties.addressPrefixes.push('20.0.0.1/24');
      values[2]?.properties.addressPrefixes.push('20.0.0.1/24');
    }),
  );
  expect([...catalog.tags.keys()]).toEqual(['Storage.EastUS']);
  expect(setAside.get('Storage')).toHaveLength(1);
});

test('a repaired file is another publication', () => {
  const doubled = makeCatalogJson(recipe).replace(
    '"addressPrefixes": [\n          "20.0.0.0/24"',
    '"addressPrefixes": [],\n        $&',
  );
  const broken = [doubled, damaged(({ values }) => values[1]?.properties.addressPrefixes.push('x'))].map(read);
  expect(broken.map(({ setAside }) => setAside.size)).toEqual([1, 1]);
  const digests = [...broken, read(makeCatalogJson(recipe))].map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(3);
});

const refused: readonly [what: string, text: string][] = [
  ['a document without its number', damaged((value) => Object.assign(value, { changeNumber: 'seven' }))],
  ['a document of no known cloud', damaged((value) => Object.assign(value, { cloud: 'Moon' }))],
  ['a property twice at the top', makeCatalogJson(recipe).replace('"cloud"', '"cloud": "China", "cloud"')],
  ['half a document', makeCatalogJson(recipe).slice(0, -40)],
  ['a page', '<!doctype html>'],
  ['a list', '[]'],
  ['tags that are no list', damaged((value) => Object.assign(value, { values: {} }))],
  [
    'a document of broken tags alone',
    damaged(({ values }) => {
      for (const { properties } of values) properties.addressPrefixes.push('x');
    }),
  ],
];

test.each(refused)('%s is refused whole', (_, text) => {
  expect(parseCatalog(bytes(text)).ok).toBe(false);
});
