import { ArmError } from './arm-error.ts';

/** ARM's token buckets for a principal, a subscription and a region: size and refill a second. */
const documented = { writes: { size: 200, perSecond: 10 }, reads: { size: 250, perSecond: 25 } } as const;

/** Counts what is left; refuses only when it is asked to. */
export class Buckets {
  readonly #enforced: boolean;
  readonly #left = new Map<string, { tokens: number; at: number }>();

  constructor(enforced: boolean) {
    this.#enforced = enforced;
  }

  /** Takes one token and gives the header that tells what is left. Throws ArmError 429. */
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
