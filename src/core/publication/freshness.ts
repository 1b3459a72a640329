import { dayMs } from '../calendar.ts';
import type { Cloud } from './catalog.ts';
import type { Publication } from './publication.ts';

export type Freshness = 'fresh' | 'late' | 'stale';

/** Ages in days from which on a cloud's newest publication is called late, and stale. */
export interface FreshnessLimits {
  readonly lateAfter: number;
  readonly staleAfter: number;
  readonly reason: string;
}

/** Set so that normal irregularity raises no alarm: the reasons are measured on the files of 2020 to 2026. */
export const freshnessLimits: Readonly<Record<Cloud, FreshnessLimits>> = {
  Public: {
    lateAfter: 16,
    staleAfter: 25,
    reason: 'weekly, seen up to 10 days after its date; the longest gap between two was 22 days',
  },
  AzureGovernment: { lateAfter: 45, staleAfter: 60, reason: 'irregular; the longest gap between two was 43 days' },
  China: { lateAfter: 45, staleAfter: 60, reason: 'irregular; the longest gap between two was 43 days' },
};

/** Whole days from the start of an ISO 8601 date (UTC) to `now`; negative for a date ahead. */
export function daysSince(date: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(`${date}T00:00:00Z`)) / dayMs);
}

/** How far the newest publication of a cloud, by its own date (ISO 8601), lags behind. */
export function freshnessOf(
  cloud: Cloud,
  newestDate: string,
  now: Date,
  { lateAfter, staleAfter }: Pick<FreshnessLimits, 'lateAfter' | 'staleAfter'> = freshnessLimits[cloud],
): Freshness {
  const age = daysSince(newestDate, now);
  return age > staleAfter ? 'stale' : age > lateAfter ? 'late' : 'fresh';
}

/**
 * When Azure may begin to use what a publication adds. Microsoft promises not to before a week after publication
 * (https://learn.microsoft.com/azure/virtual-network/service-tags-overview); which day counts as that of publication is
 * not said, so both readings are kept. ISO 8601 times, UTC.
 */
export interface Deadline {
  /** A week after the date in the file's name. What meets this meets the other. */
  readonly earliest: string;
  /** A week after the publishing date on the download page, else after the file was first seen. */
  readonly promised: string;
}

export function deadlineOf({ date, provenance }: Pick<Publication, 'date' | 'provenance'>): Deadline {
  const published = provenance.publishedAt ?? provenance.fetchedAt.slice(0, 10);
  return { earliest: aWeekAfter(date), promised: aWeekAfter(published) };
}

/** Milliseconds until the earliest use; negative once it has passed. */
export function timeLeft({ earliest }: Pick<Deadline, 'earliest'>, now: Date): number {
  return Date.parse(earliest) - now.getTime();
}

/** ISO 8601 date in, time out: when the promise about a file of this date ends. */
export function aWeekAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 7 * dayMs).toISOString();
}
