import { dayMs } from '../calendar.ts';

/** Days after a question at which people are reminded of it: soon, then monthly for half a year, then no more. */
const reminderDays: readonly number[] = [1, 3, 7, 14, 30, 60, 90, 120, 150, 180];

/** How many reminders are due for something asked this long ago (ISO 8601). */
export function remindersDue(since: string, now: Date): number {
  const days = (now.getTime() - Date.parse(since)) / dayMs;
  return reminderDays.filter((day) => days >= day).length;
}

/** Whether the last reminder is sent with this one: after it, the question stays open in silence. */
export function isLastReminder(due: number): boolean {
  return due >= reminderDays.length;
}
