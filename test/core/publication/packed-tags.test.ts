import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { families } from '../../../src/core/address/family.ts';
import type { Sets } from '../../../src/core/address/sets.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import { diffCatalogs } from '../../../src/core/publication/diff.ts';
import { publishesTexts, publishSame } from '../../../src/core/publication/numeric-tag.ts';
import { packTags, unpackTags } from '../../../src/core/publication/packed-tags.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { type FileRead, readPublication } from '../../../src/core/publication/read-publication.ts';
import { snapshotOf } from '../../../src/core/publication/snapshot.ts';
import { StoredFormatError } from '../../../src/ports/store.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../src/store/catalog-codec.ts';
import { makeCatalog, makeCatalogBytes, plainCatalog } from '../../support/catalog.ts';
import { inOrder } from '../../support/history.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { absent, havePublications, publicPublications } from '../../support/real-publications.ts';

const nibble = fc.nat({ max: 15 });
const prefix = fc.oneof(
  fc.tuple(nibble, fc.nat({ max: 255 }), fc.integer({ min: 8, max: 32 })).map(([a, b, length]) => {
    const word = ((a + 20) * 2 ** 24 + b * 2 ** 16 + a * 256 + b) & (length === 32 ? -1 : ~(2 ** (32 - length) - 1));
    return `${[24, 16, 8, 0].map((bits) => (word >>> bits) & 255).join('.')}/${length}`;
  }),
  fc.tuple(nibble, nibble).map(([a, b]) => `2603:10${a.toString(16)}0:${(b + 1).toString(16)}::/48`),
  fc.tuple(nibble, nibble).map(([a, b]) => `2603:20${a.toString(16)}0::${(b + 1).toString(16)}/128`),
);
const prefixes = fc.array(prefix, { minLength: 1, maxLength: 6 }).map(inOrder);
const tags = fc.dictionary(fc.constantFrom('Storage', 'Storage.WestUS', 'Sql.WestUS', 'AzureCloud.westus'), prefixes, {
  minKeys: 1,
});

const haveSame = (a: Sets, b: Sets): boolean => families.every((family) => a[family].equals(b[family]));

const packed = (catalog: Catalog): Catalog => ({ ...catalog, tags: unpackTags(packTags(catalog.tags.values())) });

it('tags come back from their numbers as they were read', () => {
  checkProperty(tags, (own) => {
    const catalog = makeCatalog({ tags: own });
    expect(plainCatalog(packed(catalog))).toEqual(plainCatalog(catalog));
  });
});

it('two catalogs differ alike, from numbers, from texts, and from either', () => {
  checkProperty(fc.tuple(tags, tags), ([one, other]) => {
    const [before, after] = [makeCatalog({ tags: one }), makeCatalog({ tags: { ...one, ...other } })];
    const expected = diffCatalogs(before, after);
    expect(diffCatalogs(packed(before), packed(after))).toEqual(expected);
    expect(diffCatalogs(packed(before), after)).toEqual(expected);
  });
});

it('numbers publish just the texts that they were made from', () => {
  const other = fc.oneof(prefix, fc.constantFrom<unknown>(1, undefined, '', '20.0.0.0', '2603::'));
  const change = fc.record({
    at: fc.nat({ max: 6 }),
    gone: fc.nat({ max: 1 }),
    come: fc.array(other, { maxLength: 1 }),
  });
  checkProperty(
    fc.tuple(prefixes, change),
    ([list, { at, gone, come }]) => {
      const tag = packed(makeCatalog({ tags: { Storage: list } })).tags.get('Storage');
      if (!tag) throw new Error('expected a tag');
      const changed: readonly unknown[] = list.toSpliced(at, gone, ...(come as string[]));
      const isSame = changed.length === list.length && changed.every((text, i) => text === list[i]);
      expect([publishesTexts(tag, list), publishesTexts(tag, changed)]).toEqual([true, isSame]);
    },
    500,
  );
});

it('a file is read alike beside tags that are numbers, and tags that are as they were are the same objects', () => {
  checkProperty(fc.tuple(tags, tags), ([one, other]) => {
    const known = packed(makeCatalog({ tags: one })).tags;
    const own = { ...one, ...other };
    const beside = parseCatalog(makeCatalogBytes({ tags: own }), known);
    if (!beside.ok) throw new Error('expected a sound file');
    expect(plainCatalog(beside.catalog)).toEqual(plainCatalog(makeCatalog({ tags: own })));
    for (const [name, tag] of known) {
      expect(beside.catalog.tags.get(name) === tag).toBe(String(one[name]) === String(own[name]));
    }
  });
});

it('other prefixes with the same addresses are not published alike', () => {
  const catalogs = [['20.0.0.0/24'], ['20.0.0.0/25', '20.0.0.128/25'], ['20.0.0.0/24', '2603::/32']].map((own) =>
    packed(makeCatalog({ tags: { Storage: own } })).tags.get('Storage'),
  );
  const [whole, split, more] = catalogs;
  if (!whole || !split || !more) throw new Error('expected three tags');
  expect(publishesTexts(whole, ['20.0.0.0/25'])).toBe(false);
  expect([publishSame(whole, whole), publishSame(whole, split), publishSame(whole, more)]).toEqual([
    true,
    false,
    false,
  ]);
});

it('numbers that are of no prefixes are refused', () => {
  const { tags: heads, columns } = packTags(
    makeCatalog({ tags: { Storage: ['20.0.0.0/24', '2603::/32'] } }).tags.values(),
  );
  const [head] = heads;
  if (!head) throw new Error('expected a tag');
  expect(() => unpackTags({ tags: heads, columns: columns.subarray(1) })).toThrow(RangeError);
  expect(() => unpackTags({ tags: [[head[0], 1, 2, 1]], columns })).toThrow(RangeError);
  expect(() => unpackTags({ tags: [head, head], columns: Buffer.concat([columns, columns]) })).toThrow(RangeError);
  const long = Uint8Array.from(columns);
  long[4] = 33;
  expect(() => unpackTags({ tags: heads, columns: long })).toThrow('lengths up to 32');
});

function read(file: string, bytes: Uint8Array): FileRead {
  const origin = { file, firstSeen: '2024-01-15', provenance: { via: 'test', url: '', fetchedAt: '2024-01-15' } };
  const result = readPublication(bytes, origin, 'Public');
  if (!result.ok) throw new Error(`${file} cannot be read`);
  return result;
}

describe('a snapshot', () => {
  it('has the sound tags, names of the others, and what is unusual', () => {
    const text = Buffer.from(makeCatalogBytes({ tags: { Storage: ['20.0.0.0/24'], Sql: ['30.0.0.0/24'] } })).toString();
    const bytes = Buffer.from(text.replace('30.0.0.0/24', '30.0.0.1/24').replace('"cloud"', '"neu": "ü",\n"cloud"'));
    const file = read('ServiceTags_Public_20240115.json', bytes);
    const decoded = decodeSnapshot(encodeSnapshot(snapshotOf(file, bytes)), 'here');
    expect(decoded.setAside).toEqual(['Sql']);
    expect(decoded.digest).toBe(file.publication.digest);
    expect(plainCatalog(decoded.catalog)).toEqual(plainCatalog(file.catalog));
    expect(decoded.catalog.notes).toHaveLength(1);
  });

  it('is told from a damaged one wherever it is cut or changed', () => {
    const bytes = makeCatalogBytes({ tags: { Storage: ['20.0.0.0/24', '2603::/32'] } });
    const { form, packed: text } = encodeSnapshot(snapshotOf(read('ServiceTags_Public_20240115.json', bytes), bytes));
    const whole = Buffer.from(text, 'base64');
    // The first bytes of gzip may say another time or system; the checksum is of the content.
    for (let i = 10; i < whole.length; i++) {
      const changed = Buffer.from(whole);
      changed[i] = (changed[i] ?? 0) ^ 1;
      for (const damaged of [changed, whole.subarray(0, i)]) {
        const value = { form, packed: damaged.toString('base64') };
        expect(() => decodeSnapshot(value, 'here'), `byte ${i}`).toThrow(StoredFormatError);
      }
    }
  });

  it.skipIf(!havePublications)(`is as each real file says${havePublications ? '' : ` (${absent})`}`, () => {
    // All of them take a quarter of a minute, and have told nothing more.
    for (const path of publicPublications('00000000', '99999999').filter((_, i) => i % 30 === 0)) {
      const bytes = readFileSync(path);
      const file = read(basename(path), bytes);
      const decoded = decodeSnapshot(encodeSnapshot(snapshotOf(file, bytes)), 'here');
      expect(decoded.catalog.regions, path).toEqual(file.catalog.regions);
      expect([...decoded.catalog.tags.keys()], path).toEqual([...file.catalog.tags.keys()]);
      // As booleans: an assertion on the texts of a hundred thousand prefixes takes seconds.
      const isSame = [...file.catalog.tags].every(([name, tag]) => {
        const own = decoded.catalog.tags.get(name);
        return own?.changeNumber === tag.changeNumber && publishSame(own, tag) && haveSame(own.prefixes, tag.prefixes);
      });
      expect(isSame, path).toBe(true);
    }
  });
});
