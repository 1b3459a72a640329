import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { numbersOf } from '../../../src/core/publication/numeric-tag.ts';
import { type KnownTags, parseAnyCatalog, parseCatalog } from '../../../src/core/publication/parse.ts';
import { readUsualDocument } from '../../../src/core/publication/usual-document.ts';
import { makeCatalogBytes, makeCatalogJson, makeCatalogValue, plainCatalog, plainTag } from '../../support/catalog.ts';
import { inOrder } from '../../support/history.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { absent, havePublications, publicationsFolder } from '../../support/real-publications.ts';

// The short way for documents in their usual form must not be seen: what comes out is what the strict reader of any document says.

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Everything that came out, as plain values. */
function plain(result: ReturnType<typeof parseCatalog>) {
  return result.ok ? { ...result, catalog: plainCatalog(result.catalog) } : result;
}

function expectSame(bytes: Uint8Array, what: string, known?: KnownTags): void {
  expect(plain(parseCatalog(bytes, known)), what).toEqual(plain(parseAnyCatalog(bytes, known)));
}

const isUsual = (bytes: Uint8Array) => readUsualDocument(bytes, new Map()) !== undefined;

const tags = {
  AzureCloud: ['13.64.0.0/11', '20.60.0.0/24', '2603:1000::/40'],
  'Storage.WestUS': ['20.60.0.0/25', '20.60.0.200/32'],
  Sql: ['2603:1000::/48', '2603:1030:f::1/128'],
};
const sound = makeCatalogJson({ changeNumber: 12, tags });

const names = fc.constantFrom('Storage', 'Storage.WestUS', 'Sql.WestUS', 'AzureCloud.westus', '7', '12', 'a-b_c.d.e');
const octet = fc.nat({ max: 255 });
const group = fc.oneof(fc.nat({ max: 0xffff }), fc.constant(0)).map((value) => value.toString(16));
const list = fc
  .tuple(
    fc.array(
      fc.tuple(octet, octet).map(([a, b]) => `20.${a}.${b}.0/24`),
      { maxLength: 5 },
    ),
    fc.array(
      fc
        .tuple(fc.nat({ max: 0xfff }), group)
        .map(([a, b]) => `2603:1${a.toString(16).padStart(3, '0')}::${b === '0' ? 'f' : b}/128`),
      {
        maxLength: 5,
      },
    ),
  )
  .map((both) => inOrder([...new Set(both.flat())]))
  .filter(({ length }) => length > 0);

test('a document in the usual form is taken by the short way, and comes out as by the strict reader', () => {
  const recipes = fc.record({
    tags: fc.dictionary(names, list, { minKeys: 1 }),
    changeNumber: fc.integer({ min: 1, max: 999 }),
    indent: fc.nat({ max: 3 }),
    features: fc.oneof(fc.constant(null), fc.array(fc.constantFrom('API', 'NSG', 'a & <b>'))),
  });
  checkProperty(recipes, ({ indent, features, ...recipe }) => {
    const value = makeCatalogValue(recipe);
    for (const { properties } of value.values) Object.assign(properties, { networkFeatures: features });
    const bytes = bytesOf(JSON.stringify(value, undefined, indent));
    expect(isUsual(bytes)).toBe(true);
    expectSame(bytes, 'usual');
  });
});

test('a document that is damaged anywhere comes out as if there were no short way', () => {
  const signs = [...'"\\{}[],:/. 0123456789abfnul\u0000\u007fü\n'];
  const damage = fc.record({
    at: fc.nat({ max: sound.length - 1 }),
    gone: fc.nat({ max: 3 }),
    come: fc.array(fc.constantFrom(...signs), { maxLength: 3 }),
  });
  checkProperty(
    damage,
    ({ at, gone, come }) => {
      const bytes = bytesOf(`${sound.slice(0, at)}${come.join('')}${sound.slice(at + gone)}`);
      expectSame(bytes, `${gone} gone and ${JSON.stringify(come.join(''))} come at ${at}`);
    },
    1_000,
  );
});

test('a document that stops anywhere is not in the usual form', () => {
  for (let end = 0; end < sound.length; end++) expect(isUsual(bytesOf(sound.slice(0, end))), `byte ${end}`).toBe(false);
});

const replaced = (from: string, to: string) => {
  expect(sound).toContain(from);
  return sound.replace(from, to);
};

test.each([
  ['an escape', replaced('"Azure"', '"A\\u007aure"')],
  ['a sign that is not ASCII', replaced('"Azure"', '"Äzure"')],
  ['a control character', replaced('"Azure"', '"A\u007fure"')],
  ['a comma in a text', replaced('"Azure"', '"A,zure"')],
  ['a bracket in a feature', replaced('"API"', '"[API"')],
  ['a byte order mark', `\ufeff${sound}`],
  ['a property more', replaced('"cloud"', '"more": 1, "cloud"')],
  ['another order', replaced('"changeNumber": 12,\n  "cloud": "Public",', '"cloud": "Public", "changeNumber": 12,')],
  ['a number with a leading zero', replaced('"changeNumber": 12', '"changeNumber": 012')],
  ['a number with a fraction', replaced('"changeNumber": 12', '"changeNumber": 12.0')],
  ['zero', replaced('"changeNumber": 12', '"changeNumber": 0')],
  ['a number that is not exact', replaced('"changeNumber": 12', '"changeNumber": 9007199254740993')],
  ['another cloud', replaced('"Public"', '"Mars"')],
  ['a tag twice', sound.replaceAll('"Sql"', '"AzureCloud"')],
  ['an id that is not the name', replaced('"id": "Sql"', '"id": "sql"')],
  ['a name that is none', sound.replaceAll('"Sql"', '"../Sql"')],
  ['a prefix with host bits', replaced('20.60.0.0/25', '20.60.0.1/25')],
  ['prefixes out of order', replaced('13.64.0.0/11', '203.0.112.0/24')],
  ['prefixes that overlap', replaced('20.60.0.200/32', '20.60.0.7/32')],
  ['IPv6 before IPv4', replaced('"13.64.0.0/11",', '"2603:1000::/48", "13.64.0.0/11",')],
  ['a prefix in another spelling', replaced('2603:1030:f::1/128', '2603:1030:F::1/128')],
  ['an empty list', sound.replace(/("addressPrefixes": \[)[^\]]*/, '$1')],
  ['a comma too many', replaced('"20.60.0.200/32"', '"20.60.0.200/32",')],
  ['no tag', '{"changeNumber": 1, "cloud": "Public", "values": []}'],
  ['text behind its end', `${sound} 1`],
  ['a mark of another kind of space', `${sound}\u00a0`],
])('%s is for the strict reader of any document', (_name, text) => {
  const bytes = bytesOf(text);
  expect(isUsual(bytes)).toBe(false);
  expectSame(bytes, text);
});

test('of a file that follows another one, nothing is kept but what changed', () => {
  const first = readUsualDocument(makeCatalogBytes({ tags }), new Map());
  const second = readUsualDocument(
    makeCatalogBytes({ tags: { ...tags, Sql: ['30.0.0.0/24', '2603:1000::/48'] } }),
    first?.tags ?? new Map(),
  );
  const [stayed, changed] = [second?.tags.get('Storage.WestUS'), second?.tags.get('Sql')];
  if (!stayed || !changed) throw new Error('expected both tags');
  expect(stayed).toBe(first?.tags.get('Storage.WestUS'));
  expect(plainTag(changed).published).toEqual(['30.0.0.0/24', '2603:1000::/48']);
  const { ipv4, ipv6 } = numbersOf(changed);
  expect([ipv4.words.length, ipv4.lengths.length, ipv6.words.length, ipv6.lengths.length]).toEqual([1, 1, 4, 1]);
});

// All of them were looked at once, and take half a minute; every eighth shows a change of form as well.
it.skipIf(!havePublications)(`real files are in the usual form${havePublications ? '' : ` (${absent})`}`, () => {
  let known: KnownTags = new Map();
  const folder = publicationsFolder();
  const files = readdirSync(folder)
    .filter((file) => /^ServiceTags_(Public|AzureGovernment|China)_.*\.json$/.test(file))
    .sort()
    .filter((_, i, all) => i % 8 === 0 || i === all.length - 1);
  files.forEach((file, i) => {
    const bytes = readFileSync(join(folder, file));
    const usual = readUsualDocument(bytes, known);
    expect(usual, file).toBeDefined();
    known = usual?.tags ?? known;
    if (i % 10 === 0) expectSame(bytes, file, known);
  });
});
