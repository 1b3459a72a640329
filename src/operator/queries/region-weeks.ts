import { nearest } from '../../core/nearest.ts';
import { mondayOf, type RegionWeeks, regionWeeksOf, weeksAfter } from '../../core/tag-sizes/region-weeks.ts';
import type { PublicationSizes } from '../../core/tag-sizes/sizes.ts';
import type { RunContext } from '../../run/context.ts';
import { RequestError } from '../../run/service.ts';
import { type PastQuery, readPeriod, readSizes } from './tag-history.ts';

export interface RegionWeeksQuery extends PastQuery {
  /** `Storage`. */
  readonly service: string;
}

/** What the regional tags of one service gained and lost in publications, by week. */
export interface RegionWeeksView extends RegionWeeks {
  /** How much is kept and not looked at yet: until then some of it may be missing here. */
  readonly behind: number;
}

/** How many weeks are given where the query does not say. */
const usualWeeks = 26;

/**
 * Gains and losses by region and week: up to the newest publication, and half a year back, where the query does not say.
 * Throws RequestError for a service that is not known, with the nearest name.
 */
export async function regionWeeks(
  context: Pick<RunContext, 'tagSizes' | 'now' | 'log'>,
  { service: named, ...query }: RegionWeeksQuery,
): Promise<RegionWeeksView> {
  const period = readPeriod(query, context.now());
  const { publications, behind } = await readSizes(context);
  const service = serviceNamed(named, publications);
  const own = publications.filter(({ services, unreadable }) => services.includes(service) && !unreadable);
  const newest = own.at(-1)?.date;
  // Of the last day of a period the publications belong to it, unless it ends with the beginning of that day.
  const until = period.until === undefined ? undefined : dateBefore(period.until);
  const end = until ?? (newest === undefined ? undefined : weeksAfter(mondayOf(newest), 1));
  if (end === undefined) return { service, weeks: [], regions: [], unchanged: [], behind };
  const since = period.since?.slice(0, 10) ?? weeksAfter(end, -usualWeeks);
  return { ...regionWeeksOf(service, own, since, end), behind };
}

/** The first date of which nothing is before a moment. */
function dateBefore(moment: string): string {
  const date = moment.slice(0, 10);
  return moment === `${date}T00:00:00.000Z` ? date : new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

function serviceNamed(named: string, publications: readonly PublicationSizes[]): string {
  const known = [...new Set(publications.flatMap(({ services }) => services))].sort();
  const found = known.find((service) => service.toLowerCase() === named.toLowerCase());
  if (found !== undefined) return found;
  const expected =
    known.length === 0
      ? 'a service that lists select (no publication was looked at yet: housekeeping does that every ten minutes)'
      : `one of ${known.join(', ')}`;
  const near = nearest(named, known);
  throw new RequestError(
    `service: expected ${expected}, got ${JSON.stringify(named)}${near === '' ? '' : `; ${near}`}`,
  );
}
