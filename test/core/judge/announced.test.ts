import { expect, test } from 'vitest';
import type { DomainEvent } from '../../../src/core/event.ts';
import { gainsAfter, soonestOf } from '../../../src/core/judge/announced.ts';
import { makePublication } from '../../support/catalog.ts';

const tag = 'Storage.WestUS';
const now = new Date('2024-01-23T12:00:00Z');
const changed = (changeNumber: number, ...gained: string[]): DomainEvent => ({
  kind: 'tag-changed',
  tag,
  changeNumber,
  gained,
  lost: [],
});
const next = (changeNumber: number, date: string, prefixes: string[]) =>
  makePublication({ changeNumber, date, tags: { [tag]: prefixes } });

const first = gainsAfter([], next(201, '2024-01-22', ['20.0.0.0/23']), [changed(201, '20.0.0.0/23')], now);

test('what a publication announced is remembered with its deadlines', () => {
  expect(first).toMatchObject([{ tag, changeNumber: 201, prefixes: ['20.0.0.0/23'], since: now.toISOString() }]);
  expect(soonestOf(first, ['20.0.1.0/24'], now)).toEqual({
    changeNumber: 201,
    earliest: '2024-01-29T00:00:00.000Z',
    leftMs: 5.5 * 86_400_000,
  });
  expect(soonestOf(first, ['20.0.2.0/24'], now)).toBeUndefined();
});

test('what is published no more is forgotten, and the rest keeps its own deadline', () => {
  const publication = next(202, '2024-01-29', ['20.0.1.0/24', '20.0.4.0/24']);
  const second = gainsAfter(first, publication, [changed(202, '20.0.4.0/24')], new Date('2024-01-30T12:00:00Z'));
  expect(second.map(({ changeNumber, prefixes }) => [changeNumber, prefixes])).toEqual([
    [201, ['20.0.1.0/24']],
    [202, ['20.0.4.0/24']],
  ]);
  expect(soonestOf(second, ['20.0.0.0/16'], now)?.changeNumber).toBe(201);
});

test('a month after its deadline a gain is no news', () => {
  expect(gainsAfter(first, undefined, [], new Date('2024-02-28T00:00:00Z'))).toEqual([]);
});
