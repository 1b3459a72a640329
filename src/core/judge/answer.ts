import { type ByFamily, byFamily } from '../address/family.ts';
import type { PrefixSet } from '../address/prefix-set.ts';
import type { DomainEvent } from '../event.ts';
import type { Hold, Ledger, Release, TagLedger } from './ledger.ts';

/** A person's word on a hold. */
export interface HoldAnswer {
  readonly hold: string;
  /**
   * On a loss: `remove` lets it go now, `keep` keeps it allowed. On a gain: `keep` lets it in, `remove` keeps it out for
   * as long as it is published.
   */
  readonly answer: 'remove' | 'keep';
  /** ISO 8601, with `keep` on a loss only: when the question or the clock is back. */
  readonly until?: string;
  /** Only these ranges of the hold; all if absent. What lies outside the hold counts for nothing. */
  readonly ranges?: ByFamily<PrefixSet>;
  readonly by: string;
}

export interface Answered {
  readonly ledger: Ledger;
  readonly events: readonly DomainEvent[];
}

/** Thrown for an answer to a hold that is not open. */
export class AnswerError extends Error {
  override name = 'AnswerError';
}

/** Takes an answer into the ledger. Throws AnswerError for a hold that is not open, or ranges it does not hold. */
export function answerHold(ledger: Ledger, answer: HoldAnswer, now: Date): Answered {
  const row = [...ledger.tags.values()].find(({ holds }) => holds.some(({ id }) => id === answer.hold));
  const hold = row?.holds.find(({ id }) => id === answer.hold);
  if (!row || !hold) {
    throw new AnswerError(`no hold ${answer.hold} is open: it ended, was answered before, or never was`);
  }
  const ranges = byFamily((f) => (answer.ranges ? hold.held[f].intersect(answer.ranges[f]) : hold.held[f]));
  if (ranges.ipv4.isEmpty && ranges.ipv6.isEmpty) {
    throw new AnswerError(`hold ${answer.hold} does not hold the ranges that were answered`);
  }
  if (answer.answer === 'keep' && hold.kind === 'loss')
    return { ledger: replace(ledger, row, keep(hold, answer, now)), events: [] };
  if (answer.answer === 'remove' && hold.kind === 'gain')
    return { ledger: replace(ledger, row, keep(hold, answer, now)), events: [] };
  return letGo(ledger, row, hold, ranges, answer, now);
}

function keep(hold: Hold, { by, until }: HoldAnswer, now: Date): Hold {
  return { ...hold, kept: { by, at: now.toISOString(), ...(until === undefined ? {} : { until }) } };
}

/** Ends a hold in whole or in part: a loss leaves the effective list, a gain enters it. */
function letGo(
  ledger: Ledger,
  row: TagLedger,
  hold: Hold,
  ranges: ByFamily<PrefixSet>,
  { by }: HoldAnswer,
  now: Date,
): Answered {
  const held = byFamily((f) => hold.held[f].subtract(ranges[f]));
  const rest = held.ipv4.isEmpty && held.ipv6.isEmpty ? undefined : { ...hold, held };
  const release: Release = { hold: hold.id, at: now.toISOString(), by: `answer of ${by}`, prefixes: ranges };
  const answered = replace(ledger, row, rest, hold.id, hold.kind === 'loss' ? [release] : []);
  return {
    ledger: answered,
    events: [
      {
        kind: 'hold-ended',
        hold: hold.id,
        tag: row.tag,
        of: hold.kind,
        how: 'released',
        prefixes: [...ranges.ipv4.toPrefixes(), ...ranges.ipv6.toPrefixes()],
        by: `answer of ${by}`,
      },
    ],
  };
}

function replace(
  ledger: Ledger,
  row: TagLedger,
  hold: Hold | undefined,
  id = hold?.id,
  releases: readonly Release[] = [],
): Ledger {
  const holds = row.holds.flatMap((one) => (one.id === id ? (hold ? [hold] : []) : [one]));
  const next: TagLedger = { ...row, holds, releases: [...row.releases, ...releases] };
  return { ...ledger, tags: new Map(ledger.tags).set(row.tag, next) };
}
