import { byFamily } from '../address/family.ts';
import { dayMs } from '../calendar.ts';
import { regionOf, serviceOf } from '../publication/catalog.ts';
import { isNothing, nothing, type PublicationSizes, type Size } from './sizes.ts';

/** What the regional tags of one service gained and lost in publications, by week. */
export interface RegionWeeks {
  readonly service: string;
  /** Every week of the period, oldest first, with the publications of it; a week without one is not a week without changes. */
  readonly weeks: readonly { readonly week: string; readonly publications: readonly number[] }[];
  /** Regions in which something changed, in the order of their names. */
  readonly regions: readonly { readonly region: string; readonly weeks: readonly RegionWeek[] }[];
  /** Regions in which nothing did. */
  readonly unchanged: readonly string[];
}

/** A week in which a region changed; sizes in addresses. */
export interface RegionWeek {
  /** ISO 8601 date of its Monday: publications are named after Mondays. */
  readonly week: string;
  readonly gained: Size;
  readonly lost: Size;
}

/** From `since` on and before `until`, ISO 8601 dates, in the publications of one service. */
export function regionWeeksOf(
  service: string,
  own: readonly PublicationSizes[],
  since: string,
  until: string,
): RegionWeeks {
  const inPeriod = own.filter(({ date }) => date >= since && date < until);
  const byRegion = new Map<string, Map<string, RegionWeek>>();
  for (const { date, tags } of inPeriod) {
    const week = mondayOf(date);
    for (const [tag, { gained, lost }] of Object.entries(tags)) {
      const region = regionIn(service, tag);
      if (region === undefined || (isNothing(gained) && isNothing(lost))) continue;
      const weeks = byRegion.get(region) ?? new Map<string, RegionWeek>();
      byRegion.set(region, weeks);
      const before = weeks.get(week) ?? { week, gained: nothing, lost: nothing };
      weeks.set(week, { week, gained: sum(before.gained, gained), lost: sum(before.lost, lost) });
    }
  }
  const regions = new Set(own.flatMap(({ tags }) => Object.keys(tags).flatMap((tag) => regionIn(service, tag) ?? [])));
  return {
    service,
    weeks: weeksBetween(since, until, inPeriod),
    regions: [...byRegion]
      .map(([region, weeks]) => ({ region, weeks: [...weeks.values()] }))
      .sort((a, b) => (a.region < b.region ? -1 : 1)),
    unchanged: [...regions].filter((region) => !byRegion.has(region)).sort(),
  };
}

function regionIn(service: string, tag: string): string | undefined {
  return serviceOf(tag) === service ? regionOf(tag) : undefined;
}

function sum(a: Size, b: Size): Size {
  return byFamily((family) => (BigInt(a[family]) + BigInt(b[family])).toString());
}

function weeksBetween(
  since: string,
  until: string,
  publications: readonly PublicationSizes[],
): { readonly week: string; readonly publications: readonly number[] }[] {
  const byWeek = Map.groupBy(publications, ({ date }) => mondayOf(date));
  const weeks: { week: string; publications: number[] }[] = [];
  for (let week = mondayOf(since); week < until; week = weeksAfter(week, 1)) {
    weeks.push({ week, publications: byWeek.get(week)?.map(({ changeNumber }) => changeNumber) ?? [] });
  }
  return weeks;
}

/** The Monday of a date's week, both ISO 8601. */
export function mondayOf(date: string): string {
  const time = Date.parse(date);
  // 1 January 1970 was a Thursday.
  const days = Math.floor(time / dayMs) + 3;
  return dateAt(time - (((days % 7) + 7) % 7) * dayMs);
}

/** The date so many weeks later, or earlier. */
export function weeksAfter(date: string, weeks: number): string {
  return dateAt(Date.parse(date) + weeks * 7 * dayMs);
}

function dateAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
