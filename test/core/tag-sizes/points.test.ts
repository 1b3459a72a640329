import { expect, test } from 'vitest';
import { lastChangeOf, pointsOf as pointsIn, stepsOf, within } from '../../../src/core/tag-sizes/points.ts';
import { mondayOf, regionWeeksOf } from '../../../src/core/tag-sizes/region-weeks.ts';
import { missingIn } from '../../../src/core/tag-sizes/sequence.ts';
import type { LedgerSizes, PublicationSizes, TagSizes } from '../../../src/core/tag-sizes/sizes.ts';

const size = (ipv4: number) => ({ ipv4: String(ipv4), ipv6: '0' });
const tag = 'Storage.WestUS';

function publication(day: string, published?: number, gained = 0, lost = 0): PublicationSizes {
  const changed =
    published === undefined ? {} : { [tag]: { published: size(published), gained: size(gained), lost: size(lost) } };
  return { digest: day, changeNumber: Number(day), date: `2024-01-${day}`, services: ['Storage'], tags: changed };
}

function ledger(at: string, of: string, effective?: number, released = 0): LedgerSizes {
  const state =
    effective === undefined
      ? null
      : { effective: size(effective), held: size(0), blocked: size(0), returned: size(0), released: size(released) };
  return {
    at: `2024-01-${at}`,
    publication: { digest: of, changeNumber: Number(of), date: `2024-01-${of}` },
    tags: { [tag]: state },
  };
}

const pointsOf = (all: TagSizes, of: string) => pointsIn(stepsOf(all), of);
const sizes = (publications: PublicationSizes[], ledgers: LedgerSizes[] = []): TagSizes => ({
  publications,
  ledgers,
  behind: 0,
});

test('a publication counts from when it came into force here; one that never did from its date', () => {
  const points = pointsOf(
    sizes([publication('08', 4), publication('15', 5, 1), publication('22')], [ledger('17T09:00:00.000Z', '15', 5)]),
    tag,
  );
  expect(points.map(({ at, effective }) => [at, effective?.ipv4])).toEqual([
    ['2024-01-08T00:00:00.000Z', undefined],
    ['2024-01-17T09:00:00.000Z', '5'],
    ['2024-01-22T00:00:00.000Z', '5'],
  ]);
});

test('one that was imported with the date between two that were seen late keeps its place', () => {
  const points = pointsOf(
    sizes(
      [publication('08', 4), publication('15', 5, 1), publication('22', 4, 0, 1)],
      [ledger('24T09:00:00.000Z', '08', 4)],
    ),
    tag,
  );
  expect(points.map(({ published }) => published.ipv4)).toEqual(['4', '5', '4']);
  expect(points.map(({ at }) => at.slice(8, 10))).toEqual(['24', '24', '24']);
});

test('what a ledger did between two publications is a point of its own, and a tag that is no longer followed allows nothing', () => {
  const points = pointsOf(
    sizes(
      [publication('08', 4)],
      [ledger('10T09:00:00.000Z', '08', 6), ledger('12T09:00:00.000Z', '08', 4, 2), ledger('13T09:00:00.000Z', '08')],
    ),
    tag,
  );
  expect(points.map(({ effective, released }) => [effective?.ipv4, released.ipv4])).toEqual([
    ['6', '0'],
    ['4', '2'],
    [undefined, '0'],
  ]);
  expect(lastChangeOf(points)).toMatchObject({ at: '2024-01-12T09:00:00.000Z', publication: { changeNumber: 8 } });
});

test('a part of the time begins with how it was then', () => {
  const points = pointsOf(sizes([publication('08', 4), publication('15', 5, 1), publication('22', 3, 0, 2)]), tag);
  const part = within(points, '2024-01-10T00:00:00.000Z', '2024-01-22T00:00:00.000Z');
  expect(part.map(({ at, published, gained }) => [at.slice(0, 10), published.ipv4, gained.ipv4])).toEqual([
    ['2024-01-10', '4', '0'],
    ['2024-01-15', '5', '1'],
  ]);
  expect(within(points, '2024-01-15T00:00:00.000Z', undefined).map(({ gained }) => gained.ipv4)).toEqual(['1', '0']);
});

test('one that comes in between is looked at, and so is the one after it', () => {
  const known = [publication('08'), { ...publication('22'), after: '08' }];
  const kept = ['22', '08', '15'].map((day) => publication(day));
  expect(missingIn(known, kept, ['Storage']).map((one) => [one.kept.digest, one.after?.digest])).toEqual([
    ['15', '08'],
    ['22', '15'],
  ]);
  expect(missingIn(known, [publication('08'), publication('22')], ['Storage'])).toEqual([]);
  expect(missingIn(known, [publication('22')], ['Storage'])).toMatchObject([{ kept: { digest: '22' } }]);
  expect(missingIn(known, [publication('08'), publication('22')], ['AzureKeyVault', 'Storage'])).toHaveLength(2);
});

test('weeks begin on Mondays, and those without a publication are there as well', () => {
  expect(['2024-01-21', '2024-01-22', '2024-01-28', '1969-12-31'].map(mondayOf)).toEqual([
    '2024-01-15',
    '2024-01-22',
    '2024-01-22',
    '1969-12-29',
  ]);
  const both = [publication('08', 4), publication('22', 3, 1, 2), { ...publication('23', 5, 2), date: '2024-01-24' }];
  expect(regionWeeksOf('Storage', both, '2024-01-15', '2024-01-29')).toEqual({
    service: 'Storage',
    weeks: [
      { week: '2024-01-15', publications: [] },
      { week: '2024-01-22', publications: [22, 23] },
    ],
    regions: [{ region: 'WestUS', weeks: [{ week: '2024-01-22', gained: size(3), lost: size(2) }] }],
    unchanged: [],
  });
});
