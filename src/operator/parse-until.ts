import { readMoment } from '../core/calendar.ts';

/** Thrown for text that names no moment. */
export class UntilError extends Error {
  override name = 'UntilError';
}

const unitMs: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The moment, ISO 8601 in UTC, that somebody names: a date (its beginning in UTC), a time with its zone, or a span from
 * now (`90min`, `12h`, `14d`). Always in the one form that sorts by time, since moments are compared as text. Throws
 * UntilError for anything else, a date that does not exist, and what has passed.
 */
export function readUntil(text: string, now: Date): string {
  const span = /^(\d{1,5})(min|h|d)$/.exec(text);
  const time = span
    ? now.getTime() + Number(span[1]) * (unitMs[span[2] as string] as number)
    : Date.parse(readMoment(text) ?? '');
  if (Number.isNaN(time)) {
    throw new UntilError(
      `expected a date (2024-02-01), a time with its zone (2024-02-01T18:00:00Z) or a span (90min, 12h, 14d), got ${JSON.stringify(text)}`,
    );
  }
  if (time <= now.getTime()) {
    throw new UntilError(`expected a moment to come, got ${JSON.stringify(text)}; it is ${now.toISOString()} now`);
  }
  return new Date(time).toISOString();
}
