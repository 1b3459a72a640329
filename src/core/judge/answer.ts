import { createHash } from 'node:crypto';
import { byFamily } from '../address/family.ts';
import { isEmpty, prefixesOf, type Sets, subtract } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import type { Hold, Ledger, Release, TagLedger } from './ledger.ts';

/** A person's word on a hold. */
interface HoldAnswer {
  readonly hold: string;
  /**
   * On a loss: `remove` lets it go now, `keep` keeps it allowed. On a gain: `keep` lets it in, `remove` keeps it out for
   * as long as it is published.
   */
  readonly answer: 'remove' | 'keep';
  /** ISO 8601, with `keep` on a loss only: when the question or the clock is back. */
  readonly until?: string;
  /** Only these ranges of the hold; all if absent. What lies outside the hold counts for nothing. */
  readonly ranges?: Sets;
  readonly by: string;
}

interface Answered {
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
  if (isEmpty(ranges)) {
    throw new AnswerError(`hold ${answer.hold} does not hold the ranges that were answered`);
  }
  const stays = answer.answer === (hold.kind === 'loss' ? 'keep' : 'remove');
  if (stays) return { ledger: replace(ledger, row, hold.id, keep(hold, ranges, answer, now)), events: [] };
  return letGo(ledger, row, hold, ranges, answer, now);
}

/** What is kept is a hold of its own if somebody spoke of a part only: the rest keeps its question or its clock. */
function keep(hold: Hold, ranges: Sets, { by, until }: HoldAnswer, now: Date): Hold[] {
  const kept = { by, at: now.toISOString(), ...(until === undefined ? {} : { until }) };
  const rest = subtract(hold.held, ranges);
  if (isEmpty(rest)) return [{ ...hold, kept }];
  const hash = createHash('sha256').update(prefixesOf(ranges).join()).digest('hex').slice(0, 8);
  return [
    { ...hold, held: rest },
    { ...hold, id: `${hold.id}-${hash}`, held: ranges, kept },
  ];
}

/** Ends a hold in whole or in part: a loss leaves the effective list, a gain enters it. */
function letGo(ledger: Ledger, row: TagLedger, hold: Hold, ranges: Sets, { by }: HoldAnswer, now: Date): Answered {
  const held = subtract(hold.held, ranges);
  const rest = isEmpty(held) ? [] : [{ ...hold, held }];
  const release: Release = { hold: hold.id, at: now.toISOString(), by: `answer of ${by}`, prefixes: ranges };
  const answered = replace(ledger, row, hold.id, rest, hold.kind === 'loss' ? [release] : []);
  return {
    ledger: answered,
    events: [
      {
        kind: 'hold-ended',
        hold: hold.id,
        tag: row.tag,
        of: hold.kind,
        how: 'released',
        prefixes: prefixesOf(ranges),
        by: `answer of ${by}`,
      },
    ],
  };
}

/** The ledger with other holds in the place of one. */
function replace(
  ledger: Ledger,
  row: TagLedger,
  id: string,
  by: readonly Hold[],
  releases: readonly Release[] = [],
): Ledger {
  const holds = row.holds.flatMap((one) => (one.id === id ? by : [one]));
  const next: TagLedger = { ...row, holds, releases: [...row.releases, ...releases] };
  return { ...ledger, tags: new Map(ledger.tags).set(row.tag, next) };
}
