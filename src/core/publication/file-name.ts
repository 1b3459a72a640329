import { type Cloud, clouds } from './catalog.ts';

/** What the name of a Service Tags file says. */
export interface FileName {
  readonly cloud: Cloud;
  /** ISO 8601 date; a Monday in every official file. */
  readonly date: string;
}

const pattern = /^ServiceTags_([A-Za-z]+)_(\d{4})(\d{2})(\d{2})\.json$/i;

/** Reads `ServiceTags_Public_20240115.json`; undefined for any other name, such as `ServiceTags_Public_Latest.json`. */
export function parseFileName(file: string): FileName | undefined {
  const [, word = '', year, month, day] = pattern.exec(file) ?? [];
  const cloud = clouds.find((known) => known.toLowerCase() === word.toLowerCase());
  const date = `${year}-${month}-${day}`;
  return cloud !== undefined && isCalendarDate(date) ? { cloud, date } : undefined;
}

function isCalendarDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Date.parse turns 30 February into 1 March in some engines, so the way back must agree.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
