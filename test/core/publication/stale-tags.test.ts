import { expect, test } from 'vitest';
import { staleContent, staleTags } from '../../../src/core/publication/stale-tags.ts';
import { makeCatalog } from '../../support/catalog.ts';

/** A catalog of tags with their own numbers. */
const numbered = (tagChangeNumbers: Readonly<Record<string, number>>) => {
  const names = Object.keys(tagChangeNumbers);
  return makeCatalog({
    tagChangeNumbers,
    tags: Object.fromEntries(names.map((name, i) => [name, [`20.${i}.0.0/16`]])),
  });
};
const inForce = numbered({ A: 5, B: 5, C: 5, D: 5, E: 5 });

const cases: readonly [
  what: string,
  next: ReturnType<typeof numbered>,
  back: string[],
  up: number,
  isStale: boolean,
][] = [
  ['nothing moved', inForce, [], 0, false],
  ['all went up', numbered({ A: 6, B: 7 }), [], 2, false],
  ['one went back, one up', numbered({ A: 4, B: 6 }), ['A'], 1, false],
  ['two went back, one up', numbered({ A: 4, B: 6, C: 1 }), ['A', 'C'], 1, true],
  ['one went back, none up', numbered({ A: 4, B: 5 }), ['A'], 0, true],
  ['a new tag has a number of its own', numbered({ A: 5, F: 1 }), [], 0, false],
];

test.each(cases)('%s', (_, next, back, up, isStale) => {
  const stale = staleTags(inForce, next);
  expect(stale).toEqual({ back, up });
  expect(staleContent(stale) !== undefined).toBe(isStale);
});

test('without a catalog in force nothing is compared', () => {
  expect(staleTags(undefined, numbered({ A: 1 }))).toEqual({ back: [], up: 0 });
});

test('the same number with other prefixes is no fault', () => {
  const next = makeCatalog({ tags: { A: ['10.0.0.0/8'] }, tagChangeNumbers: { A: 5 } });
  expect(staleTags(inForce, next)).toEqual({ back: [], up: 0 });
});

test('the reason says how many went back, and names the first', () => {
  expect(staleContent({ back: ['A', 'B', 'C', 'D', 'E'], up: 1 })).toBe(
    'It is older content under a new number: the own changeNumber of 5 tags went back (A, B, C and 2 more), that of 1 went up.',
  );
});
