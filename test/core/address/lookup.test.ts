import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../../src/core/address/entry.ts';
import { buildLookup } from '../../../src/core/address/lookup.ts';
import { PrefixError } from '../../../src/core/address/prefix.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import { readPublication } from '../../../src/core/publication/read-publication.ts';
import { makeCatalog } from '../../fakes/catalog.ts';
import { absent, havePublications, publicPublications } from '../../fakes/real-publications.ts';
import { checkProperty } from '../../oracle/check-property.ts';
import { addressText, prefixText, type Universe, universes } from '../../oracle/universe.ts';

/** A catalog with tags only by their published prefixes, in any order and overlap. */
function catalogOf(tags: Readonly<Record<string, readonly string[]>>): Catalog {
  const empty = makeCatalog({ tags: { A: ['192.0.2.0/24'] } });
  const [first] = [...empty.tags.values()];
  if (!first) throw new Error('no tag');
  const entries = Object.entries(tags).map(([name, published]) => [name, { ...first, name, published }] as const);
  return { ...empty, tags: new Map(entries) };
}

/** Every prefix of every tag that has all leading bits of the address, by bigint arithmetic. */
function oracle(universe: Universe, tags: readonly [string, readonly { offset: number; hostBits: number }[]][]) {
  return (offset: number) =>
    tags
      .flatMap(([tag, blocks]) => blocks.map((block) => ({ tag, block })))
      .filter(({ block }) => offset >> block.hostBits === block.offset >> block.hostBits)
      .sort((a, b) => a.block.hostBits - b.block.hostBits || (a.tag < b.tag ? -1 : 1))
      .map(({ tag, block }) => ({ tag, prefix: prefixText(universe, block) }));
}

describe('a lookup', () => {
  it.each(universes)('finds what comparing with every prefix finds: $name', (universe) => {
    const block = fc
      .integer({ min: 0, max: universe.bits })
      .chain((hostBits) =>
        fc
          .integer({ min: 0, max: 2 ** (universe.bits - hostBits) - 1 })
          .map((n) => ({ offset: n * 2 ** hostBits, hostBits })),
      );
    const blocks = fc.uniqueArray(block, { selector: (one) => prefixText(universe, one), maxLength: 6 });
    checkProperty(fc.tuple(blocks, blocks, blocks), ([a, b, c]) => {
      const tags = [
        ['Storage', a],
        ['Storage.WestUS', b],
        ['AzureCloud', c],
      ] as const;
      const find = oracle(
        universe,
        tags.map(([tag, of]) => [tag, of]),
      );
      const lookup = buildLookup(
        catalogOf(Object.fromEntries(tags.map(([tag, of]) => [tag, of.map((one) => prefixText(universe, one))]))),
      );
      const offsets = Array.from({ length: 2 ** universe.bits }, (_, offset) => offset);
      expect(
        offsets.map((offset) => lookup.find(addressText(universe.family, universe.base + BigInt(offset)))),
      ).toEqual(offsets.map(find));
    });
  });

  const tags = {
    AzureCloud: ['192.0.2.0/24', '2001:db8::/32'],
    Storage: ['192.0.2.0/25'],
    'Storage.WestUS': ['192.0.2.0/25', '192.0.2.64/26'],
  };

  it('gives the most specific first, tags of one prefix by name', () => {
    expect(
      buildLookup(makeCatalog({ tags: { ...tags, 'Storage.WestUS': ['192.0.2.0/25'] } })).find('192.0.2.1'),
    ).toEqual([
      { tag: 'Storage', prefix: '192.0.2.0/25' },
      { tag: 'Storage.WestUS', prefix: '192.0.2.0/25' },
      { tag: 'AzureCloud', prefix: '192.0.2.0/24' },
    ]);
  });

  it.each([
    ['2001:DB8:0:0::1', ['AzureCloud']],
    [' 192.0.2.200 ', ['AzureCloud']],
    ['192.0.3.0', []],
    ['0.0.0.0', []],
    ['::', []],
    ['ffff::', []],
  ])('reads addresses as people write them: %j', (address, found) => {
    expect(
      buildLookup(catalogOf(tags))
        .find(address)
        .map(({ tag }) => tag),
    ).toEqual(found);
  });

  it.each(['192.0.2.0/24', '192.0.2.0-192.0.2.9', '192.0.2.010', 'here', ''])(
    'takes nothing but one address: %j',
    (text) => {
      expect(() => buildLookup(catalogOf(tags)).find(text)).toThrow(PrefixError);
    },
  );

  it('of an empty catalog finds nothing', () => {
    expect(buildLookup(catalogOf({})).find('192.0.2.1')).toEqual([]);
  });
});

describe.skipIf(!havePublications)(`a real publication${havePublications ? '' : ` (${absent})`}`, () => {
  it('is looked through as by asking every tag', () => {
    const [file = ''] = publicPublications('20240115', '20240115');
    const provenance = { via: 'folder', url: file, fetchedAt: '2024-01-15T12:00:00Z' };
    const origin = { file: 'ServiceTags_Public_20240115.json', provenance, firstSeen: provenance.fetchedAt };
    const read = readPublication(readFileSync(file), origin, 'Public');
    if (!read.ok) throw new Error('cannot be read');
    const { tags } = read.catalog;
    const lookup = buildLookup(read.catalog);
    const published = [...tags.values()].flatMap((tag) => tag.published);
    const some = published.filter((_, i) => i % 997 === 0).map((prefix) => prefix.slice(0, prefix.indexOf('/')));
    expect(some.length).toBeGreaterThan(50);
    for (const address of [...some, '8.8.8.8', '2001:4860:4860::8888']) {
      const { family, set } = parseEntry(address);
      const holding = [...tags.values()].filter((tag) => tag.prefixes[family].covers(set)).map(({ name }) => name);
      expect([...new Set(lookup.find(address).map(({ tag }) => tag))].sort(), address).toEqual(holding.sort());
      for (const { prefix } of lookup.find(address)) expect(parseEntry(prefix).set.covers(set)).toBe(true);
    }
  });
});
