import type { RegisteredFunction, Registrations } from './core-module.ts';
import { type HostLog, invoke, triggerOf } from './invoke.ts';
import { parseSchedule } from './schedule.ts';

/** Time as the timers see it. */
export interface Clock {
  now(): Date;
  /** Resolves at `at`, or as soon as the signal is aborted. */
  until(at: Date, signal: AbortSignal): Promise<void>;
}

export interface Timers {
  /** Fires no more; resolves when what is running has ended. */
  stop(): Promise<void>;
}

/** Later than this, a firing was missed: the machine slept, or the one before took too long. */
const pastDueMs = 1000;

/**
 * Fires every timer function on its schedule. One never overlaps itself; what fell due while it ran, however often,
 * is made up for by one firing with `isPastDue`. Throws at once for a schedule that Azure would refuse.
 */
export function startTimers(
  registrations: Registrations,
  options: { readonly clock: Clock; readonly log: HostLog; readonly invoked: () => void },
): Timers {
  const stopping = new AbortController();
  const timers = [...registrations.functions.values()].filter((one) => triggerOf(one).type === 'timertrigger');
  const schedules = timers.map((registered) => ({
    registered,
    schedule: parseSchedule(String(triggerOf(registered).setting('schedule'))),
  }));
  const { clock, log, invoked } = options;

  async function loop({ registered, schedule }: (typeof schedules)[number]): Promise<void> {
    let before: { readonly due: Date; readonly firedAt: Date } | undefined;
    let due = schedule.after(clock.now());
    while (true) {
      await clock.until(due, stopping.signal);
      if (stopping.signal.aborted) return;
      const firedAt = clock.now();
      // Counted from when it fired: times missed before that are gone, the first that passes meanwhile is made up for.
      const next = schedule.after(firedAt);
      await fire(registered, {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: before === undefined ? null : { Last: before.due, Next: next, LastUpdated: before.firedAt },
        IsPastDue: firedAt.getTime() - due.getTime() > pastDueMs,
      });
      before = { due, firedAt };
      due = next;
    }
  }

  async function fire(registered: RegisteredFunction, timer: object): Promise<void> {
    try {
      await invoke(registrations, registered, { data: { json: JSON.stringify(timer) } }, log);
    } catch {
      // Logged by invoke(); Azure does not retry a timer either, its next time comes.
    } finally {
      invoked();
    }
  }

  const running = schedules.map(loop);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** The real time. */
export const systemClock: Clock = {
  now: () => new Date(),
  async until(at, signal) {
    // A timeout holds at most 24.8 days, and a machine that slept wakes late: look at the clock often enough.
    for (let left = at.getTime() - Date.now(); left > 0 && !signal.aborted; left = at.getTime() - Date.now()) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timeout);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timeout = setTimeout(done, Math.min(left, 60_000));
        signal.addEventListener('abort', done, { once: true });
      });
    }
  },
};
