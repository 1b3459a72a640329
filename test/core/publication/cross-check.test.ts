import fc from 'fast-check';
import { expect, test } from 'vitest';
import { watchTags } from '../../../src/core/judge/watch.ts';
import { compareWatched } from '../../../src/core/publication/catalog.ts';
import { makeCatalog } from '../../support/catalog.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { minimalPrefixes, prefixText, type Universe, universes } from '../../support/oracle/universe.ts';

const watch = ['Storage.WestUS', 'Storage.EastUS'];
const here = makeCatalog({ tags: { 'Storage.WestUS': ['20.0.0.0/23'], 'Storage.EastUS': ['20.1.0.0/24'] } });

const cases: readonly [what: string, tags: Record<string, string[]>, kind: string, more?: object][] = [
  ['no tag at all', {}, 'empty'],
  [
    'other splits and tags nobody watches',
    { 'Storage.WestUS': ['20.0.0.0/24', '20.0.1.0/24'], 'Storage.EastUS': ['20.1.0.0/24'], Sql: ['20.2.0.0/24'] },
    'same',
  ],
  [
    'less of one tag',
    { 'Storage.WestUS': ['20.0.0.0/24'], 'Storage.EastUS': ['20.1.0.0/24'] },
    'subset',
    { tags: [{ tag: 'Storage.WestUS', onlyHere: ['20.0.1.0/24'], onlyThere: [] }] },
  ],
  ['a tag missing', { 'Storage.WestUS': ['20.0.0.0/23'] }, 'subset', { missingTags: ['Storage.EastUS'], tags: [] }],
  [
    'more and less',
    { 'Storage.WestUS': ['20.0.0.0/24', '20.9.0.0/24'], 'Storage.EastUS': ['20.1.0.0/24'] },
    'adds',
    { tags: [{ tag: 'Storage.WestUS', onlyHere: ['20.0.1.0/24'], onlyThere: ['20.9.0.0/24'] }] },
  ],
];

test.each(cases)('%s', (_, tags, kind, more = {}) => {
  const there = Object.keys(tags).length === 0 ? new Map() : makeCatalog({ tags }).tags;
  expect(compareWatched(here, there, watchTags(watch))).toMatchObject({ kind, ...more });
});

test('a watched tag that only the other has counts as added', () => {
  const without = makeCatalog({ tags: { 'Storage.WestUS': ['20.0.0.0/23'] } });
  expect(compareWatched(without, here.tags, watchTags(watch))).toMatchObject({
    kind: 'adds',
    tags: [{ tag: 'Storage.EastUS', onlyThere: ['20.1.0.0/24'] }],
  });
});

test('a family that no list holds makes no difference', () => {
  const there = makeCatalog({ tags: { 'Storage.WestUS': ['20.0.0.0/23', '2603:1000::/48'] } }).tags;
  const kinds = ([['ipv4'], ['ipv4', 'ipv6']] as const).map(
    (held) => compareWatched(here, there, new Map([['Storage.WestUS', held]])).kind,
  );
  expect(kinds).toEqual(['same', 'adds']);
});

/** One window of each family; a tag's addresses are offsets into both. */
const windows = [universes[0], universes[5]] as readonly Universe[];
const offsets = fc.tuple(...windows.map(() => fc.uniqueArray(fc.nat({ max: 15 }), { maxLength: 12 })));

test('agrees with comparing every single address, whatever the splits', () => {
  const tags = fc.record({ one: offsets, two: offsets, three: offsets });
  checkProperty(fc.tuple(tags, tags), ([ours, theirs]) => {
    const [some, others] = [tagsOf(ours), tagsOf(theirs)];
    const names = ['one', 'two', 'three'] as const;
    const { missingTags, tags: found } = compareWatched(
      makeCatalog({ tags: some }),
      makeCatalog({ tags: others }).tags,
      watchTags(names),
    );
    expect(missingTags).toEqual(names.filter((tag) => tag in some && !(tag in others)).sort());
    const expected = [...names]
      .filter((tag) => tag in others)
      .sort()
      .map((tag) => ({ tag, onlyHere: minus(ours[tag], theirs[tag]), onlyThere: minus(theirs[tag], ours[tag]) }));
    expect(found).toEqual(expected.filter(({ onlyHere, onlyThere }) => onlyHere.length + onlyThere.length > 0));
  });
});

function minus(a: readonly number[][], b: readonly number[][]): string[] {
  return windows.flatMap((window, i) =>
    minimalPrefixes(
      window,
      (a[i] ?? []).filter((at) => !b[i]?.includes(at)),
    ),
  );
}

/** Tags with the prefixes of their addresses; a tag without any is not in the document. */
function tagsOf(tags: Record<string, number[][]>): Record<string, readonly string[]> {
  const made = Object.entries(tags).map(([name, tag]) => [
    name,
    windows.flatMap((window, i) => minimalPrefixes(window, tag[i] ?? [])),
  ]);
  return {
    Anchor: [prefixText(windows[0] as Universe, { offset: 32, hostBits: 0 })],
    ...Object.fromEntries(made.filter(([, list]) => list?.length)),
  };
}
