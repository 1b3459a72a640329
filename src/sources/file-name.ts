import { type Cloud, clouds } from '../core/publication/catalog.ts';

/** What a publication's file name says. */
export interface FileName {
  readonly cloud: Cloud;
  /** The name as Microsoft spells it, whatever case it came in. */
  readonly file: string;
  /** The Monday in the name, ISO 8601 date; absent for `..._Latest.json` and for digits that are no date. */
  readonly date?: string;
}

/** Reads `ServiceTags_<cloud>_<date or word>.json` in any case; undefined for any other name. */
export function parseFileName(name: string): FileName | undefined {
  const parts = /^servicetags_([a-z]+)_([a-z0-9]+)\.json$/i.exec(name);
  if (parts === null) return undefined;
  const [, spelled = '', rest = ''] = parts;
  const cloud = clouds.find((known) => known.toLowerCase() === spelled.toLowerCase());
  if (cloud === undefined) return undefined;
  const date = readDate(rest);
  const tail = rest.toLowerCase() === 'latest' ? 'Latest' : rest;
  return { cloud, file: `ServiceTags_${cloud}_${tail}.json`, ...(date === undefined ? {} : { date }) };
}

/** Newest date first; names without a date last. */
export function compareNewestFirst(a: FileName, b: FileName): number {
  if (a.date === b.date) return 0;
  if (a.date === undefined) return 1;
  if (b.date === undefined) return -1;
  return a.date < b.date ? 1 : -1;
}

function readDate(digits: string): string | undefined {
  if (!/^\d{8}$/.test(digits)) return undefined;
  const iso = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  // 20240231 parses as 2 March in some engines: only a date that reads back the same is one.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso ? undefined : iso;
}
