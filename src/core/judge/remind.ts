import { dayMs } from '../calendar.ts';

/** How many reminders are due for something asked this long ago: after 1, 3 and 7 days, then every week. */
export function remindersDue(since: string, now: Date): number {
  const days = Math.floor((now.getTime() - Date.parse(since)) / dayMs);
  if (days < 1) return 0;
  if (days < 3) return 1;
  if (days < 7) return 2;
  return 3 + Math.floor((days - 7) / 7);
}
