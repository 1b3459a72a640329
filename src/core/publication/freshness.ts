import { dayMs } from '../calendar.ts';
import type { Cloud } from './catalog.ts';

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
