const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** 5 January 1970: weeks begin on Mondays, in UTC. */
const firstMonday = 4 * dayMs;
/** Days after which the weekly ones may begin: the third reminder, and some rest after it. */
const weeklyAfter = 10;

/**
 * How many reminders are due for something asked this long ago: after 1, 3 and 7 days, then every Monday. A fixed day
 * brings what was asked on different days into one notice a week.
 */
export function remindersDue(since: string, now: Date): number {
  const asked = Date.parse(since);
  const days = Math.floor((now.getTime() - asked) / dayMs);
  if (days < 1) return 0;
  if (days < 3) return 1;
  if (days < 7) return 2;
  return 3 + Math.max(0, weekOf(now.getTime()) - weekOf(asked + weeklyAfter * dayMs));
}

function weekOf(time: number): number {
  return Math.floor((time - firstMonday) / weekMs);
}
