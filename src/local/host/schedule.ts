import { Cron } from 'croner';

/** When a timer fires. */
interface Schedule {
  /** The first time after `from`. */
  after(from: Date): Date;
}

/** What Azure's timers know: numbers, names, `*`, lists, ranges and steps. */
const item = String.raw`(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(/\d+)?`;
const field = new RegExp(`^${item}(,${item})*$`, 'i');

/**
 * Parses an NCRONTAB expression: second, minute, hour, day, month, day of week, in UTC; day and day of week must both
 * fit. Throws for anything Azure would refuse.
 */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6 || !fields.every((text) => field.test(text))) {
    throw new Error(
      `Schedule "${expression}": expected six fields, second minute hour day month day-of-week, such as "0 0 */6 * * *".`,
    );
  }
  const cron = new Cron(fields.join(' '), { mode: '6-part', timezone: 'UTC', domAndDow: true, paused: true });
  return {
    after(from) {
      const next = cron.nextRun(from);
      if (next === null) throw new Error(`Schedule "${expression}" never comes. Correct it.`);
      return next;
    },
  };
}
