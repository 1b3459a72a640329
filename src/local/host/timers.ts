import { Cron } from 'croner';
import { type HostLog, invoke, type LocalFunction, triggeredBy } from './functions.ts';

/** What Azure's timers know: numbers, names, `*`, lists, ranges and steps. */
const item = String.raw`(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(/\d+)?`;
const field = new RegExp(`^${item}(,${item})*$`, 'i');

export interface Timers {
  /** Fires no more; resolves when what is running has ended. */
  stop(): Promise<void>;
}

/**
 * Fires every timer function on its schedule; one that takes longer than its period never overlaps itself. Throws at once
 * for a schedule that Azure would refuse.
 */
export function startTimers(
  functions: readonly LocalFunction[],
  { log, invoked }: { readonly log: HostLog; readonly invoked: () => void },
): Timers {
  const running = new Set<Promise<void>>();
  const fire = async (one: LocalFunction): Promise<void> => {
    // Logged by invoke(); Azure does not retry a timer either, its next time comes.
    const work = invoke(one, { isPastDue: false }, log).then(invoked, invoked);
    running.add(work);
    await work;
    running.delete(work);
  };
  const timers = triggeredBy(functions, 'timerTrigger').map((one) => ({
    one,
    cron: parseSchedule(one.trigger.schedule),
  }));
  for (const { one, cron } of timers) cron.schedule(() => fire(one));
  return {
    async stop() {
      for (const { cron } of timers) cron.stop();
      await Promise.all(running);
    },
  };
}

/**
 * Parses an NCRONTAB expression: second, minute, hour, day, month, day of week, in UTC; day and day of week must both
 * fit. Throws for anything Azure would refuse.
 */
export function parseSchedule(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6 || !fields.every((text) => field.test(text))) {
    throw new Error(
      `Schedule "${expression}": expected six fields, second minute hour day month day-of-week, such as "0 0 */6 * * *".`,
    );
  }
  const cron = new Cron(fields.join(' '), { mode: '6-part', timezone: 'UTC', domAndDow: true, protect: true });
  if (cron.nextRun() === null) throw new Error(`Schedule "${expression}" never comes. Correct it.`);
  return cron;
}
