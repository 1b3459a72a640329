import type { Occasion } from './occasion.ts';

const week = 7 * 86_400_000;

/** When Azure may begin to use what the publication in force announced: a week after its date. ISO 8601. */
export function deadlineIn({ publication }: Occasion): string | undefined {
  return publication && new Date(Date.parse(`${publication.date}T00:00:00Z`) + week).toISOString();
}

/** "Mon 2024-01-22 00:00 UTC" */
export function moment(iso: string): string {
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(iso).getUTCDay()];
  return `${day} ${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
