import { intersect, isEmpty, prefixesOf } from '../core/address/sets.ts';
import { dayMs } from '../core/calendar.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Hold, TagLedger } from '../core/judge/ledger.ts';
import { textOf } from '../messages/text-of.ts';
import type { Removal, Tally } from './metrics.ts';

/** A question about a tag that was put to a person. Dates are ISO 8601. */
export interface Asked {
  readonly date: string;
  readonly tag: string;
  readonly hold: string;
  readonly kind: Hold['kind'];
  /** What it is about, as prefixes. */
  readonly ranges: readonly string[];
  /** Each begins with the name of its rule. */
  readonly reasons: readonly string[];
  /** Whether the hold was known before: the question is put once more. */
  readonly again: boolean;
}

/** Ranges that left what a tag allows. Dates are ISO 8601. */
export interface Removed {
  readonly date: string;
  readonly tag: string;
  readonly ranges: readonly string[];
  /** `other`: neither the clock nor an answer released them. */
  readonly by: 'clock' | 'answer' | 'other';
  /** The same in words, with its arithmetic. */
  readonly why: string;
  /** What of them was published again, and when; empty if nothing was, up to the last file. */
  readonly cameBack: readonly { readonly date: string; readonly ranges: readonly string[] }[];
}

interface Cause extends Pick<Removed, 'by' | 'why'> {
  readonly removal: Removal;
  /** What of the removal has this cause. */
  readonly ranges: Removal['ranges'];
}

/** Keeps what was asked and removed, and counts what would have been told. */
export class ReplayRecord {
  readonly asked: Asked[] = [];
  /** Events by kind. */
  readonly notices: Record<string, number> = {};
  readonly #causes: Cause[] = [];
  readonly #known = new Set<string>();
  readonly #origin: number;
  readonly #tally: Tally;

  /** @param origin the time from which the days of the tally count. */
  constructor(origin: number, tally: Tally) {
    this.#origin = origin;
    this.#tally = tally;
  }

  dayOf(date: Date): number {
    return Math.round((date.getTime() - this.#origin) / dayMs);
  }

  note(events: readonly DomainEvent[], now: Date): void {
    for (const event of events) {
      this.notices[event.kind] = (this.notices[event.kind] ?? 0) + 1;
      if (event.kind === 'hold-opened') this.#opened(event, now);
      if (event.kind === 'hold-reminder') this.#tally.remind();
      if (asksAboutFile(event)) this.#tally.ask(this.dayOf(now), 'file');
    }
  }

  /** Something left a row of the ledger: finds what released it. */
  removed(removal: Removal, row: TagLedger, now: Date): void {
    const at = now.toISOString();
    let rest = removal.ranges;
    for (const release of row.releases.filter((one) => one.at === at)) {
      const ranges = intersect(rest, release.prefixes);
      if (isEmpty(ranges)) continue;
      const by = release.decision === undefined ? 'clock' : 'answer';
      this.#causes.push({ removal, ranges, by, why: release.by });
      rest = { ipv4: rest.ipv4.subtract(ranges.ipv4), ipv6: rest.ipv6.subtract(ranges.ipv6) };
    }
    if (isEmpty(rest)) return;
    this.#causes.push({ removal, ranges: rest, by: 'other', why: 'it left without being released' });
  }

  /** Every removal with what came back of it until now. */
  removals(): Removed[] {
    return this.#causes.map(({ removal, ranges, by, why }) => ({
      date: this.#dateOf(removal.day),
      tag: removal.tag,
      ranges: prefixesOf(ranges),
      by,
      why,
      cameBack: removal.returned
        .map((back) => ({ date: this.#dateOf(back.day), ranges: prefixesOf(intersect(back.ranges, ranges)) }))
        .filter((back) => back.ranges.length > 0),
    }));
  }

  #opened(event: DomainEvent & { kind: 'hold-opened' }, now: Date): void {
    const again = this.#known.has(event.hold);
    this.#known.add(event.hold);
    if (event.questions.length === 0) return;
    const day = this.dayOf(now);
    if (again) this.#tally.askAgain(day);
    else this.#tally.ask(day);
    this.asked.push({
      date: this.#dateOf(day),
      tag: event.tag,
      hold: event.hold,
      kind: event.of,
      ranges: event.prefixes,
      reasons: event.questions.map(({ rule, text }) => `${rule}: ${text}`),
      again,
    });
  }

  #dateOf(day: number): string {
    return new Date(this.#origin + day * dayMs).toISOString().slice(0, 10);
  }
}

/** Whether the notice of a file asks for a person, by the very text that would be sent. */
function asksAboutFile(event: DomainEvent): boolean {
  const isOfFile =
    event.kind === 'publication-refused' || event.kind === 'publication-waits' || event.kind === 'publication-accepted';
  return isOfFile && textOf(event).severity === 'needs-you';
}
