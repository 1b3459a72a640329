import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../../ports/target.ts';
import { ArmError } from './arm-error.ts';

/** An IP group that firewalls use takes up to five minutes to change, and answers busy for that long. */
const defaultPace: Pace = {
  budgetMs: 300_000,
  pollMs: 2_000,
  requestMs: 100_000,
  random: Math.random,
  sleep: async (ms, signal) => {
    signal.throwIfAborted();
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

/** The pace with defaults filled in. */
export function paceOf(overrides: Partial<Pace> = {}): Pace {
  return { ...defaultPace, ...overrides };
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Milliseconds before try number `tries` + 1: doubling, half of it left to chance, so that clients spread out. */
export function backoffOf(tries: number, random: number): number {
  return Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.5 + random / 2));
}

/**
 * Repeats `attempt` while it fails with an ArmError that may pass by itself, until the waits would add up to more than
 * the budget. Never waits shorter than the server asked for. Throws the last error, not to be retried any more.
 */
export async function retrying<T>(pace: Pace, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  let waited = 0;
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ArmError) || !error.mayPass) throw error;
      const wait = Math.max(error.retryAfterMs, backoffOf(tries, pace.random()));
      if (waited + wait > pace.budgetMs) throw error.givenUp(tries + 1, waited, wait);
      await pace.sleep(wait, signal);
      waited += wait;
    }
  }
}
