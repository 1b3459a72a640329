import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffCatalogs } from '../../../src/core/publication/diff.ts';
import { tagFilter } from '../../../src/core/publication/tag-filter.ts';
import { makePublication } from '../../support/catalog.ts';

type Tags = Readonly<Record<string, readonly string[]>>;

const catalogOf = (tags: Tags) => makePublication({ tags }).catalog;
const diff = (before: Tags, after: Tags) => diffCatalogs(catalogOf(before), catalogOf(after));

const [a, b, whole] = ['20.0.0.0/25', '20.0.0.128/25', '20.0.0.0/24'];

describe('a tag', () => {
  test.each<[string, Tags, Tags, object[]]>([
    ['is as it was', { T: [a] }, { T: [a] }, []],
    ['appeared', { S: [b] }, { S: [b], T: [a] }, [{ tag: 'T', kind: 'appeared', gained: [a], lost: [] }]],
    ['vanished', { S: [b], T: [a] }, { S: [b] }, [{ tag: 'T', kind: 'vanished', gained: [], lost: [a] }]],
    ['grew', { T: [a] }, { T: [whole] }, [{ kind: 'grown', gained: [b], lost: [] }]],
    ['shrank', { T: [whole] }, { T: [b] }, [{ kind: 'shrunk', gained: [], lost: [a] }]],
    ['gained and lost', { T: [a] }, { T: [b] }, [{ kind: 'changed', gained: [b], lost: [a] }]],
    ['was split anew', { T: [whole] }, { T: [a, b] }, [{ kind: 're-split', gained: [], lost: [] }]],
    [
      'gained IPv6 alone',
      { T: [a] },
      { T: [a, '2603:1000::/47'] },
      [
        {
          kind: 'grown',
          gained: ['2603:1000::/47'],
          addresses: { gained: { ipv4: '0', ipv6: (2n ** 81n).toString() } },
        },
      ],
    ],
  ])('that %s', (_name, before, after, expected) => {
    const found = diff(before, after);
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
  });
});

test('tags come in the order of their names, those that are wanted alone', () => {
  const [before, after] = [
    catalogOf({ 'B.x': [a], A: [a], 'C.x': [a] }),
    catalogOf({ 'B.x': [b], A: [b], 'C.x': [b] }),
  ];
  expect(diffCatalogs(before, after).map(({ tag }) => tag)).toEqual(['A', 'B.x', 'C.x']);
  expect(diffCatalogs(before, after, tagFilter({ region: 'X' })).map(({ tag }) => tag)).toEqual(['B.x', 'C.x']);
});

test('what was gained one way was lost the other, and equals a count address by address', () => {
  const octets = fc
    .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 })
    .map((some) => some.sort((x, y) => x - y));
  fc.assert(
    fc.property(octets, octets, (before, after) => {
      const tag = (some: readonly number[]) => ({ T: some.map((octet) => `20.0.${octet}.0/24`) });
      const [there] = diff(tag(before), tag(after));
      const [back] = diff(tag(after), tag(before));
      expect(there?.gained).toEqual(back?.lost);
      const gained = after.filter((octet) => !before.includes(octet)).length;
      expect(there?.addresses.gained.ipv4 ?? '0').toBe(String(gained * 256));
    }),
  );
});

describe('tags asked for', () => {
  test.each([
    [{}, 'Storage.WestUS', true],
    [{ tag: 'storage.westus' }, 'Storage.WestUS', true],
    [{ tag: 'Storage' }, 'Storage.WestUS', false],
    [{ tag: 'Storage*' }, 'Storage.WestUS', true],
    [{ tag: 'Storage.*' }, 'Storage', false],
    [{ tag: 'Storage.*' }, 'StorageXWestUS', false],
    [{ tag: '*' }, 'Storage', true],
    [{ tag: '(' }, 'Storage', false],
    [{ region: 'westus' }, 'Storage.WestUS', true],
    [{ region: 'westus' }, 'Storage.WestUS2', false],
    [{ region: 'westus' }, 'Storage', false],
    [{ tag: 'Sql*', region: 'WestUS' }, 'Storage.WestUS', false],
  ])('%j: %s is one of them: %s', (filter, tag, expected) => {
    expect(tagFilter(filter)(tag)).toBe(expected);
  });
});
