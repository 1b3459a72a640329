import { byFamily, families } from '../core/address/family.ts';
import type { PrefixSet } from '../core/address/prefix-set.ts';
import { emptySets, intersect, isEmpty, type Sets, subtract, union } from '../core/address/sets.ts';
import type { Tag } from '../core/publication/catalog.ts';
import { type Parents, within } from '../core/publication/parents.ts';

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
  /** Weeks in which it asked a person anything. */
  readonly weeksAsked: number;
  /** Weeks in which it asked about a tag, and about a file that it could not take. A week may be both. */
  readonly weeksAskedByHolds: number;
  readonly weeksAskedByFiles: number;
  /** Reminders of questions without an answer. */
  readonly reminders: number;
  /** Questions about a hold that was known before. */
  readonly questionsAskedAgain: number;
  /** Published and not allowed, for any reason but a suspicious gain that is held by a named rule. */
  readonly addressDaysMissing: AddressFigure;
  /** Published and held as a suspicious gain. */
  readonly addressDaysHeldGains: AddressFigure;
  /** Addresses it removed that were published again within 90 days of the removal. */
  readonly addressesRemovedThatCameBack: AddressFigure;
  /** Allowed and no longer published: the sum of the next three. */
  readonly addressDaysBeyondPublication: AddressFigure;
  /** Of these, what is published again at any later time of the replay. */
  readonly addressDaysBeyondCameBack: AddressFigure;
  /** Of the rest, what one of the tag's parents has on that day. */
  readonly addressDaysBeyondInParent: AddressFigure;
  readonly addressDaysBeyondInNeither: AddressFigure;
}

/** One tag as a policy has it at a moment. */
export interface TagState {
  readonly published: Sets;
  readonly effective: Sets;
  readonly heldGains: Sets;
  /** The tags that contain it in what is published. */
  readonly parents: Parents;
}

/** What left a policy's list of a tag. Days count from the first file. */
export interface Removal {
  readonly tag: string;
  readonly day: number;
  readonly ranges: Sets;
  /** What of it was published again, and when. */
  readonly returned: readonly { readonly day: number; readonly ranges: Sets }[];
}

interface OpenRemoval extends Removal {
  readonly returned: { readonly day: number; readonly ranges: Sets }[];
  /** What has not come back yet. */
  left: Sets;
}

/** A time over which nothing of a tag changed. */
interface Stretch {
  readonly days: bigint;
  readonly published: Sets;
  readonly beyond: Sets;
  /** What of `beyond` a parent has. */
  readonly inParent: Sets;
}

/** A state with what follows from it. */
type Weighed = TagState & Omit<Stretch, 'days'>;

interface Running {
  /** The state as it has been since `since`. */
  state: Weighed;
  since: number;
  readonly stretches: Stretch[];
  readonly removals: OpenRemoval[];
}

/** Days after a removal in which a return counts as a mistake of the policy. */
export const regretDays = 90;

/**
 * Adds up what a policy did, tag by tag. A state counts from the day it is told until the day the next one is told, so
 * only changes have to be told.
 */
export class Tally {
  readonly #tags = new Map<string, Running>();
  readonly #asked = { hold: new Set<number>(), file: new Set<number>() };
  readonly #missing = new Sum();
  readonly #held = new Sum();
  readonly #cameBack = new Sum();
  readonly #beyond = { all: new Sum(), cameBack: new Sum(), inParent: new Sum(), inNeither: new Sum() };
  #reminders = 0;
  #again = 0;

  /** A person was asked on this day, about a hold or about a file; several questions of a week are one week. */
  ask(day: number, about: 'hold' | 'file' = 'hold'): void {
    this.#asked[about].add(Math.floor(day / 7));
  }

  /** A person was asked again about a hold that was known before. */
  askAgain(day: number): void {
    this.ask(day);
    this.#again += 1;
  }

  remind(): void {
    this.#reminders += 1;
  }

  /** The state of a tag from this day on. What left its list with that, if anything did: it goes on to say what came back. */
  tell(tag: string, day: number, told: TagState): Removal | undefined {
    const running = this.#tags.get(tag);
    const state = weigh(told);
    if (!running) {
      this.#tags.set(tag, { state, since: day, stretches: [], removals: [] });
      return undefined;
    }
    if (sameState(running.state, state)) return undefined;
    this.#close(running, day);
    const ranges = subtract(running.state.effective, state.effective);
    const removal: OpenRemoval | undefined = isEmpty(ranges)
      ? undefined
      : { tag, day, ranges, returned: [], left: ranges };
    if (removal) running.removals.push(removal);
    running.state = state;
    this.#take(running, day);
    return removal;
  }

  /** Figures up to a day. Afterwards nothing may be added. */
  finish(day: number): Figures {
    for (const running of this.#tags.values()) {
      this.#close(running, day);
      this.#split(running.stretches);
    }
    const { hold, file } = this.#asked;
    return {
      weeksAsked: new Set([...hold, ...file]).size,
      weeksAskedByHolds: hold.size,
      weeksAskedByFiles: file.size,
      reminders: this.#reminders,
      questionsAskedAgain: this.#again,
      addressDaysMissing: this.#missing.figure(),
      addressDaysHeldGains: this.#held.figure(),
      addressesRemovedThatCameBack: this.#cameBack.figure(),
      addressDaysBeyondPublication: this.#beyond.all.figure(),
      addressDaysBeyondCameBack: this.#beyond.cameBack.figure(),
      addressDaysBeyondInParent: this.#beyond.inParent.figure(),
      addressDaysBeyondInNeither: this.#beyond.inNeither.figure(),
    };
  }

  #close(running: Running, day: number): void {
    const { published, effective, heldGains, beyond, inParent } = running.state;
    const days = BigInt(day - running.since);
    running.since = day;
    running.stretches.push({ days, published, beyond, inParent });
    if (days === 0n) return;
    const missing = without(published, effective);
    const held = intersect(missing, heldGains);
    this.#held.add(held, days);
    this.#missing.add(subtract(missing, held), days);
    this.#beyond.all.add(beyond, days);
  }

  /** What a tag had beyond publication, by what became of it: from the end, where everything that came later is known. */
  #split(stretches: readonly Stretch[]): void {
    let later = emptySets;
    for (const { days, published, beyond, inParent } of stretches.toReversed()) {
      if (!isEmpty(beyond)) {
        const rest = subtract(beyond, later);
        this.#beyond.cameBack.add(intersect(beyond, later), days);
        this.#beyond.inParent.add(intersect(rest, inParent), days);
        this.#beyond.inNeither.add(subtract(rest, inParent), days);
      }
      later = union([later, published]);
    }
  }

  #take({ removals, state: { published } }: Running, day: number): void {
    for (const removal of removals) {
      if (removal.day === day || isEmpty(removal.left)) continue;
      const ranges = intersect(removal.left, published);
      if (isEmpty(ranges)) continue;
      if (day - removal.day <= regretDays) this.#cameBack.add(ranges, 1n);
      removal.returned.push({ day, ranges });
      removal.left = subtract(removal.left, published);
    }
  }
}

/** A sum for each family. */
class Sum {
  readonly #of = { ipv4: 0n, ipv6: 0n };

  add(sets: Sets, times: bigint): void {
    for (const family of families) this.#of[family] += sets[family].count * times;
  }

  figure(): AddressFigure {
    return { ipv4: Number(this.#of.ipv4), ipv6: this.#of.ipv6.toString() };
  }
}

function weigh(told: TagState): Weighed {
  const beyond = without(told.effective, told.published);
  if (isEmpty(beyond)) return { ...told, beyond, inParent: emptySets };
  const { global, region } = told.parents;
  return { ...told, beyond, inParent: union([within(beyond, global), within(beyond, region)]) };
}

/** As subtract(); mostly both are the same object, and years of files ask often. */
function without(sets: Sets, others: Sets): Sets {
  return byFamily((f) => (sets[f] === others[f] ? emptySets[f] : sets[f].subtract(others[f])));
}

function sameState(a: Weighed, b: Weighed): boolean {
  return families.every(
    (f) =>
      same(a.published[f], b.published[f]) &&
      same(a.effective[f], b.effective[f]) &&
      same(a.heldGains[f], b.heldGains[f]) &&
      same(a.inParent[f], b.inParent[f]),
  );
}

function same(a: PrefixSet, b: PrefixSet): boolean {
  return a === b || a.equals(b);
}
