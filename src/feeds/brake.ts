import { clientNetwork } from '../core/feed.ts';
import { keepNewest } from './keep-newest.ts';

/** How long wrong credentials count, from the first of them on. */
const windowMs = 10 * 60_000;
/** Wrong ones for one device, or for the key, from one network: a device that asks each minute with an old secret stays below. */
const mostOfPair = 10;
/** The same for a device that is guessed at from many networks: one try each, so that its own, with the right one, gets in. */
const mostOfPairUnderAttack = 1;
/** Wrong ones for one device from anywhere, before it counts as guessed at. */
const mostOfDevice = 50;
/** Wrong ones from one network for anything, before it waits; a site may have many devices behind one address. */
const mostOfNetwork = 100;
/** Counts that are kept; the oldest ones go. */
const mostCounts = 20_000;

/** Who asks, as far as the brake tells callers apart. */
export interface Attempt {
  readonly feed: string;
  /** A device of the config, or `key`; absent for a name that no device has. */
  readonly client?: string;
  /** Absent: unknown. */
  readonly address?: string;
  readonly now: Date;
}

interface Count {
  wrong: number;
  readonly until: number;
}

/**
 * Slows down who guesses passwords of feeds. What is wrong counts for the network it came from, so that no one can shut a
 * device out from elsewhere: who comes from a network without wrong ones always gets a try. In memory, for each instance
 * of the app by itself: an attacker gets so many tries an instance, and secrets are too long for any such number.
 */
export class Brake {
  readonly #counts = new Map<string, Count>();
  readonly #good = new Map<string, number>();

  /** Seconds until credentials are looked at again; undefined if they are looked at now. */
  waitOf(attempt: Attempt): number | undefined {
    const { pair, device, network } = keysOf(attempt);
    const now = attempt.now.getTime();
    const underAttack = device !== undefined && this.#wrong(device, now) >= mostOfDevice;
    if (this.#wrong(pair, now) >= (underAttack ? mostOfPairUnderAttack : mostOfPair)) return this.#left(pair, now);
    // A device that got its list from there before is not held to what others there do.
    if (this.#good.has(pair) || this.#wrong(network, now) < mostOfNetwork) return undefined;
    return this.#left(network, now);
  }

  /** Counts credentials that were wrong. */
  wrong(attempt: Attempt): void {
    for (const key of Object.values(keysOf(attempt))) if (key !== undefined) this.#count(key, attempt.now.getTime());
  }

  /** Notes credentials that were right. */
  right(attempt: Attempt): void {
    const { pair } = keysOf(attempt);
    this.#counts.delete(pair);
    keepNewest(this.#good, pair, attempt.now.getTime(), mostCounts);
  }

  #wrong(key: string, now: number): number {
    const count = this.#counts.get(key);
    return count === undefined || count.until <= now ? 0 : count.wrong;
  }

  #left(key: string, now: number): number {
    return Math.max(1, Math.ceil(((this.#counts.get(key)?.until ?? now) - now) / 1000));
  }

  #count(key: string, now: number): void {
    const count = this.#counts.get(key);
    if (count !== undefined && count.until > now) count.wrong++;
    else keepNewest(this.#counts, key, { wrong: 1, until: now + windowMs }, mostCounts);
  }
}

function keysOf({ feed, client, address }: Attempt): { pair: string; device?: string; network: string } {
  const network = clientNetwork(address);
  const named = client === undefined ? {} : { device: JSON.stringify([feed, client]) };
  return { pair: JSON.stringify([feed, client ?? '', network]), ...named, network };
}
