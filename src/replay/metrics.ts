import type { PrefixSet } from '../core/address/prefix-set.ts';
import { isEmpty, type Sets, subtract } from '../core/address/sets.ts';
import type { Tag } from '../core/publication/catalog.ts';

/** Another way to follow the files, to compare with; it keeps what it has taken over. */
export interface ComparedPolicy {
  readonly name: string;
  /** Takes one tag of the next file (undefined: the file does not have it); true if it was refused, and a person is notified. */
  take(name: string, tag: Tag | undefined): boolean;
  effective(name: string): Sets;
}

/** Addresses, or addresses times days: IPv4 as a number, IPv6 as a decimal string because it has no number. */
export interface AddressFigure {
  readonly ipv4: number;
  readonly ipv6: string;
}

/** What a policy did over a replay. */
export interface Figures {
  /** Weeks in which it asked a person. */
  readonly weeksAsked: number;
  /** Published and not allowed, for any reason but a suspicious gain that is held by a named rule. */
  readonly addressDaysMissing: AddressFigure;
  /** Published and held as a suspicious gain. */
  readonly addressDaysHeldGains: AddressFigure;
  /** Addresses it removed that were published again within 90 days of the removal. */
  readonly addressesRemovedThatCameBack: AddressFigure;
  /** Allowed and no longer published. */
  readonly addressDaysBeyondPublication: AddressFigure;
}

/** One tag as a policy has it at a moment. */
export interface TagState {
  readonly published: Sets;
  readonly effective: Sets;
  readonly heldGains: Sets;
}

interface Removal {
  readonly day: number;
  /** What has not come back yet. */
  left: Sets;
}

interface Running {
  /** The state as it has been since `since`. */
  state: TagState;
  since: number;
  removals: Removal[];
}

interface Sum {
  ipv4: bigint;
  ipv6: bigint;
}

/** Days after a removal in which a return counts as a mistake of the policy. */
export const regretDays = 90;

/**
 * Adds up what a policy did, tag by tag. A state counts from the day it is told until the day the next one is told, so
 * only changes have to be told.
 */
export class Tally {
  readonly #tags = new Map<string, Running>();
  readonly #asked = new Set<number>();
  readonly #missing: Sum = { ipv4: 0n, ipv6: 0n };
  readonly #held: Sum = { ipv4: 0n, ipv6: 0n };
  readonly #cameBack: Sum = { ipv4: 0n, ipv6: 0n };
  readonly #beyond: Sum = { ipv4: 0n, ipv6: 0n };

  /** A person was asked on this day; several questions of a week are one week. */
  ask(day: number): void {
    this.#asked.add(Math.floor(day / 7));
  }

  /** The state of a tag from this day on. */
  tell(tag: string, day: number, state: TagState): void {
    const running = this.#tags.get(tag);
    if (!running) {
      this.#tags.set(tag, { state, since: day, removals: [] });
      return;
    }
    if (sameState(running.state, state)) return;
    this.#close(running, day);
    const gone = subtract(running.state.effective, state.effective);
    if (!isEmpty(gone)) running.removals.push({ day, left: gone });
    running.state = state;
    this.#regret(running, day);
  }

  /** Figures up to a day. Afterwards nothing may be added. */
  finish(day: number): Figures {
    for (const running of this.#tags.values()) this.#close(running, day);
    return {
      weeksAsked: this.#asked.size,
      addressDaysMissing: figure(this.#missing),
      addressDaysHeldGains: figure(this.#held),
      addressesRemovedThatCameBack: figure(this.#cameBack),
      addressDaysBeyondPublication: figure(this.#beyond),
    };
  }

  #close(running: Running, day: number): void {
    const days = BigInt(day - running.since);
    running.since = day;
    if (days === 0n) return;
    const { published, effective, heldGains } = running.state;
    for (const family of ['ipv4', 'ipv6'] as const) {
      const missing = published[family].subtract(effective[family]);
      const held = missing.intersect(heldGains[family]);
      this.#held[family] += held.count * days;
      this.#missing[family] += missing.subtract(held).count * days;
      this.#beyond[family] += effective[family].subtract(published[family]).count * days;
    }
  }

  #regret(running: Running, day: number): void {
    const { published } = running.state;
    running.removals = running.removals.filter((removal) => day - removal.day <= regretDays);
    for (const removal of running.removals) {
      if (removal.day === day) continue;
      for (const family of ['ipv4', 'ipv6'] as const) {
        this.#cameBack[family] += removal.left[family].intersect(published[family]).count;
      }
      removal.left = subtract(removal.left, published);
    }
  }
}

function sameState(a: TagState, b: TagState): boolean {
  return (['ipv4', 'ipv6'] as const).every(
    (f) =>
      same(a.published[f], b.published[f]) &&
      same(a.effective[f], b.effective[f]) &&
      same(a.heldGains[f], b.heldGains[f]),
  );
}

function same(a: PrefixSet, b: PrefixSet): boolean {
  return a === b || a.equals(b);
}

function figure({ ipv4, ipv6 }: Sum): AddressFigure {
  return { ipv4: Number(ipv4), ipv6: ipv6.toString() };
}
