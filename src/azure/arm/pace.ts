import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../../ports/target.ts';
import { ArmError } from './arm-error.ts';

/** An IP group that firewalls use takes up to five minutes to change, and answers busy for that long. */
const defaultPace: Pace = {
  budgetMs: 300_000,
  pollMs: 2_000,
  // A client that has read the list before our write sends its own within that time.
  lookAgainMs: 5_000,
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

/** ARM's token buckets for a principal, a subscription and a region: size, refill a second, and what we leave to others. */
const buckets = {
  reads: { perSecond: 25, reserve: 25 },
  writes: { perSecond: 10, reserve: 20 },
} as const;

type RequestKind = keyof typeof buckets;

/** Header that tells what is left of a bucket. */
export const remainingHeader: Readonly<Record<RequestKind, string>> = {
  reads: 'x-ms-ratelimit-remaining-subscription-reads',
  writes: 'x-ms-ratelimit-remaining-subscription-writes',
};

/**
 * What is left of ARM's buckets, as its answers tell, so that requests slow down to the pace of the refill before they
 * are refused. Pipelines, people and this service share the buckets, so the last part is left to them.
 */
export class RateLimit {
  readonly #left = new Map<RequestKind, { tokens: number; at: number; unanswered: number }>();

  /** Milliseconds to wait before a request of this kind, which counts from now on. 0 until an answer has told. */
  take(kind: RequestKind, now: number): number {
    const tokens = this.#tokensAfterOne(kind, now);
    this.#left.set(kind, { tokens, at: now, unanswered: (this.#left.get(kind)?.unanswered ?? 0) + 1 });
    return waitOf(kind, tokens);
  }

  /** The same of a request that does not count yet. */
  waitFor(kind: RequestKind, now: number): number {
    return waitOf(kind, this.#tokensAfterOne(kind, now));
  }

  #tokensAfterOne(kind: RequestKind, now: number): number {
    const bucket = this.#left.get(kind);
    if (bucket === undefined) return Number.POSITIVE_INFINITY;
    return bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * buckets[kind].perSecond - 1;
  }

  /** A request came to its end; `remaining` is what its answer said, undefined if it said nothing. */
  answered(kind: RequestKind, remaining: string | undefined, now: number): void {
    const bucket = this.#left.get(kind);
    if (bucket === undefined) return;
    const unanswered = bucket.unanswered - 1;
    const told = remaining !== undefined && /^\d+$/.test(remaining.trim());
    // What is on its way, or waits its turn, is not yet in ARM's own count.
    const tokens = told ? Number(remaining) - unanswered : bucket.tokens;
    this.#left.set(kind, { tokens, at: told ? now : bucket.at, unanswered });
  }
}

function waitOf(kind: RequestKind, tokens: number): number {
  const { perSecond, reserve } = buckets[kind];
  return Math.max(0, Math.ceil(((reserve - tokens) / perSecond) * 1000));
}

/** One a subscription and identity, for the whole process: targets share the buckets. */
const shared = new Map<string, RateLimit>();

export function rateLimitOf(key: string): RateLimit {
  const known = shared.get(key) ?? new RateLimit();
  shared.set(key, known);
  return known;
}
