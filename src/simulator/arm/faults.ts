import * as z from 'zod';
import { ArmError } from './json.ts';

/** What goes wrong. Several at once happen in this order. */
const effect = z.strictObject({
  delayMs: z.number().min(0).optional(),
  /** A change by another client, just before the request is served. */
  foreign: z.strictObject({ id: z.string(), merge: z.unknown() }).optional(),
  /** The connection is cut before the request was served, or after. */
  drop: z.enum(['before', 'after']).optional(),
  /** The answer, without the request being served. */
  status: z.number().int().min(100).max(599).optional(),
  /** How the operation that the request starts ends; `revert`: what was written is taken back then. */
  operation: z.enum(['Failed', 'Canceled']).optional(),
  revert: z.boolean().optional(),
  /** That end is left on the written resource only: what is updated along with it is again in the state it was in. */
  alone: z.boolean().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

const faultRule = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Without regard to case. */
      pathIncludes: z.string().optional(),
      /** Not before the nth request that matches, counted from 1. */
      nth: z.number().int().min(1).optional(),
    })
    .default({}),
  /** How many requests it strikes; 1 if not given. */
  times: z.number().int().min(1).default(1),
  effect,
});

export type Effect = z.infer<typeof effect>;

/** Parses the body of `PUT /-/faults`; throws ZodError. */
export function parseFaultRules(body: unknown): z.infer<typeof faultRule>[] {
  return z.array(faultRule).parse(body);
}

/** Fault rules, used up in their order: each request meets the first one that still strikes it. */
export class Faults {
  #rules: { rule: z.infer<typeof faultRule>; seen: number; left: number }[] = [];

  set(rules: readonly z.infer<typeof faultRule>[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0, left: rule.times }));
  }

  take(method: string, path: string): Effect | undefined {
    let struck: Effect | undefined;
    for (const entry of this.#rules) {
      const { match } = entry.rule;
      if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
      if (match.pathIncludes !== undefined && !path.toLowerCase().includes(match.pathIncludes.toLowerCase())) continue;
      entry.seen++;
      if (struck !== undefined || entry.left === 0 || entry.seen < (match.nth ?? 1)) continue;
      entry.left--;
      struck = entry.rule.effect;
    }
    return struck;
  }
}

/** ARM's token buckets for a principal, a subscription and a region: size and refill a second. */
const documented = { writes: { size: 200, perSecond: 10 }, reads: { size: 250, perSecond: 25 } } as const;

/** Counts the tokens left; refuses only if throttling is on. */
export class Buckets {
  readonly #enforced: boolean;
  readonly #left = new Map<string, { tokens: number; at: number }>();

  constructor(enforced: boolean) {
    this.#enforced = enforced;
  }

  /** Takes one token and gives the header with the tokens left. Throws ArmError 429. */
  take(subscription: string, write: boolean, now: number): Record<string, string> {
    const kind = write ? 'writes' : 'reads';
    const { size, perSecond } = documented[kind];
    const key = `${kind} ${subscription.toLowerCase()}`;
    const before = this.#left.get(key) ?? { tokens: size, at: now };
    const tokens = Math.min(size, before.tokens + ((now - before.at) / 1000) * perSecond);
    if (tokens < 1 && this.#enforced) {
      this.#left.set(key, { tokens, at: now });
      const message = `Number of requests for subscription '${subscription}' exceeded the limit. Please try again later.`;
      const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
      throw new ArmError(429, 'SubscriptionRequestsThrottled', message, { 'Retry-After': String(seconds) });
    }
    const left = Math.max(0, tokens - 1);
    this.#left.set(key, { tokens: left, at: now });
    return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(Math.floor(left)) };
  }

  clear(): void {
    this.#left.clear();
  }
}
