import { readMoment } from '../../core/calendar.ts';
import type { StoredPublication } from '../../ports/store.ts';
import { RequestError } from '../../run/service.ts';

const unitMs: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

const forms =
  'a date (2024-01-15, its beginning in UTC), a time with its zone (2024-01-15T18:00:00Z) or a span before now (90min, 12h, 7d, 4w)';

/** The moment, ISO 8601, that a text names: a date, a time with its zone, or a span before now. Throws RequestError. */
export function readPast(name: string, text: string, now: Date): string {
  const at = momentOf(text, now);
  if (at === undefined) throw new RequestError(`${name}: expected ${forms}, got ${JSON.stringify(text)}`);
  return at;
}

/**
 * From which moment on changes are given: what readPast() reads, the number of the last change that is known (17 digits,
 * from versionOf()), or the number of a publication. Of that it is the time at which a newer one was first seen here;
 * `nothing` where there is none. Throws RequestError.
 */
export async function readSince(
  text: string,
  now: Date,
  publications: () => Promise<readonly StoredPublication[]>,
): Promise<string | 'nothing'> {
  if (/^\d{17}$/.test(text)) {
    const known = timeOfVersion(text);
    if (known !== undefined) return new Date(Date.parse(known) + 1).toISOString();
  }
  if (/^\d{1,9}$/.test(text)) return afterPublication(Number(text), await publications());
  const at = momentOf(text, now);
  if (at !== undefined) return at;
  throw new RequestError(
    `since: expected ${forms}, the number of a publication, or the number of a change (\`latest\` of GET /api/version), got ${JSON.stringify(text)}`,
  );
}

function momentOf(text: string, now: Date): string | undefined {
  const [, count, unit = ''] = /^(\d{1,5})(min|h|d|w)$/.exec(text) ?? [];
  const ms = unitMs[unit];
  return ms === undefined ? readMoment(text) : new Date(now.getTime() - Number(count) * ms).toISOString();
}

function afterPublication(number: number, kept: readonly StoredPublication[]): string | 'nothing' {
  const numbered = kept.flatMap(({ publication, firstSeen, status }) =>
    // What a person loaded later says nothing of when it came.
    publication && status !== 'imported' ? [{ number: publication.changeNumber, firstSeen }] : [],
  );
  const newest = Math.max(0, ...numbered.map((one) => one.number));
  if (number > newest) {
    throw new RequestError(
      `since: expected the number of a publication up to ${newest}, the newest here, got ${number}`,
    );
  }
  const newer = numbered.filter((one) => one.number > number).map(({ firstSeen }) => firstSeen);
  return newer.sort()[0] ?? 'nothing';
}

/** The number of a change: the time of it in UTC, as 17 digits down to the millisecond. Later changes have larger ones. */
export function versionOf(at: string): string {
  return new Date(at).toISOString().replace(/\D/g, '');
}

/** ISO 8601; undefined for digits that are no time. */
function timeOfVersion(version: string): string | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(version) ?? [];
  const [year, month, day, hour, minute, second, ms] = parts;
  return version === '0'.repeat(17)
    ? new Date(0).toISOString()
    : readMoment(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}
