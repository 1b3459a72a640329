import { expect, test } from 'vitest';
import { compareWatched } from '../../../src/core/publication/cross-check.ts';
import { makeCatalog } from '../../support/catalog.ts';

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
  expect(compareWatched(here, there, watch)).toMatchObject({ kind, ...more });
});

test('a watched tag that only the other has counts as added', () => {
  const without = makeCatalog({ tags: { 'Storage.WestUS': ['20.0.0.0/23'] } });
  expect(compareWatched(without, here.tags, watch)).toMatchObject({
    kind: 'adds',
    tags: [{ tag: 'Storage.EastUS', onlyThere: ['20.1.0.0/24'] }],
  });
});
