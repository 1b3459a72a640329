export const dayMs = 86_400_000;

/** As the config writes them, from Monday on. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** True for an ISO 8601 date, `2024-02-29`, that exists in the calendar. */
export function isCalendarDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date takes the 30th of February for the 1st of March, so the way back must agree.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * A moment as people write it, in the one form that is stored and sorts by time (ISO 8601, UTC, milliseconds): a date is
 * its first moment in UTC, a date-time says its offset. Undefined for any other text, and for a date that does not exist.
 */
export function readMoment(text: string): string | undefined {
  const [, date = ''] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  // A date alone is read as UTC.
  const at = isCalendarDate(date) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Retry-After (RFC 9110: seconds, or an HTTP date) as milliseconds from now; undefined if it is absent or neither. */
export function retryAfterMs(header: string | null | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse makes a date of nearly anything that holds a number.
  const at = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
