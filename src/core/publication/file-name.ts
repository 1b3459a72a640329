import { isCalendarDate } from '../calendar.ts';
import { type Cloud, clouds } from './catalog.ts';

/** What the name of a Service Tags file says. */
export interface FileName {
  readonly cloud: Cloud;
  /** The name as Microsoft spells it, whatever case it came in. */
  readonly file: string;
  /** ISO 8601 date; a Monday in every official file. Absent for `..._Latest.json` and for digits that are no date. */
  readonly date?: string;
}

/** Reads `ServiceTags_<cloud>_<date or word>.json` in any case; undefined for any other name. */
export function parseFileName(name: string): FileName | undefined {
  const [, spelled = '', rest = ''] = /^servicetags_([a-z]+)_([a-z0-9]+)\.json$/i.exec(name) ?? [];
  const cloud = clouds.find((known) => known.toLowerCase() === spelled.toLowerCase());
  if (cloud === undefined) return undefined;
  const date = rest.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const tail = rest.toLowerCase() === 'latest' ? 'Latest' : rest;
  return { cloud, file: `ServiceTags_${cloud}_${tail}.json`, ...(isCalendarDate(date) ? { date } : {}) };
}

/** Newest date first; names without a date last. */
export function compareNewestFirst(a: FileName, b: FileName): number {
  if (a.date === b.date) return 0;
  if (a.date === undefined) return 1;
  if (b.date === undefined) return -1;
  return a.date < b.date ? 1 : -1;
}
