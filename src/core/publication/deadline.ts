import { dayMs } from '../calendar.ts';
import type { Publication } from './publication.ts';

/**
 * When Azure may begin to use what a publication adds. Microsoft promises not to before a week after publication
 * (https://learn.microsoft.com/azure/virtual-network/service-tags-overview); which day counts as that of publication is
 * not said, so both readings are kept. ISO 8601 times, UTC.
 */
export interface Deadline {
  /** A week after the date in the file's name. Whoever is in time for this is in time for the other. */
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
