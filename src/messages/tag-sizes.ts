import type { TagPoint } from '../core/tag-sizes/points.ts';
import type { RegionWeek } from '../core/tag-sizes/region-weeks.ts';
import type { Size } from '../core/tag-sizes/sizes.ts';
import { csvOf } from './markup.ts';

/** A table of texts: beside a chart, for those who do not see it, and on a terminal. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type Family = keyof Size;

/** The points of a tag as a table of one family, newest first; what did not happen is empty. */
export function tagTable(points: readonly TagPoint[], family: Family): TextTable {
  const moved = (size: Size, sign: string) => (size[family] === '0' ? '' : `${sign}${grouped(size[family])}`);
  const level = (size: Size | undefined) => (size === undefined ? '' : grouped(size[family]));
  return {
    head: [
      'Since (UTC)',
      'Publ.',
      'Published',
      'Gained',
      'Lost',
      'Came back',
      'Released',
      'Allowed',
      'Held',
      'Blocked',
    ],
    rows: points
      .toReversed()
      .map((point) => [
        point.at.slice(0, 16).replace('T', ' '),
        point.publication === undefined ? '' : String(point.publication.changeNumber),
        level(point.published),
        moved(point.gained, '+'),
        moved(point.lost, '-'),
        moved(point.returned, '+'),
        moved(point.released, '-'),
        level(point.effective),
        level(point.held),
        level(point.blocked),
      ]),
  };
}

/** Gains and losses of regions as a table of one family, newest week first. */
export function regionTable(
  regions: readonly { readonly region: string; readonly weeks: readonly RegionWeek[] }[],
  family: Family,
): TextTable {
  const all = regions.flatMap(({ region, weeks }) => weeks.map((week) => ({ region, ...week })));
  const moved = (size: Size, sign: string) => (size[family] === '0' ? '' : `${sign}${grouped(size[family])}`);
  return {
    head: ['Week of', 'Region', 'Gained', 'Lost'],
    rows: all
      .filter(({ gained, lost }) => gained[family] !== '0' || lost[family] !== '0')
      .sort((a, b) => (a.week === b.week ? (a.region < b.region ? -1 : 1) : a.week < b.week ? 1 : -1))
      .map(({ week, region, gained, lost }) => [week, region, moved(gained, '+'), moved(lost, '-')]),
  };
}

/** The points of a tag as CSV, a row a point and family, oldest first; sizes in addresses. */
export function tagHistoryCsv({ tag, points }: { readonly tag: string; readonly points: readonly TagPoint[] }): string {
  const head = ['tag', 'at', 'publication', 'date', 'family', 'published', 'gained', 'lost', 'returned', 'released'];
  const families = ['ipv4', 'ipv6'] as const;
  return csvOf([
    [...head, 'effective', 'held', 'blocked'],
    ...points.flatMap((point) =>
      families.map((family) => [
        tag,
        point.at,
        String(point.publication?.changeNumber ?? ''),
        point.publication?.date ?? '',
        family,
        point.published[family],
        point.gained[family],
        point.lost[family],
        point.returned[family],
        point.released[family],
        point.effective?.[family] ?? '',
        point.held?.[family] ?? '',
        point.blocked?.[family] ?? '',
      ]),
    ),
  ]);
}

/** `12,224`, whatever its length. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
