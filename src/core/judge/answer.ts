import { createHash } from 'node:crypto';
import { byFamily } from '../address/family.ts';
import { intersect, isEmpty, prefixesOf, type Sets, subtract, union } from '../address/sets.ts';
import { answersTo, type HoldAnswer } from '../decisions/decision.ts';
import type { DomainEvent } from '../event.ts';
import type { Hold, Ledger, TagLedger } from './ledger.ts';

/** A person's answer to a hold. */
interface AnswerToHold {
  readonly hold: string;
  /**
   * On a loss: `remove` lets it go now, `keep` keeps it allowed. On a gain: `allow` lets it in, `block` keeps it out for as
   * long as it is published. One that is of the other kind of hold counts for nothing.
   */
  readonly answer: HoldAnswer;
  /** ISO 8601, with `keep` on a loss only: when the question or the clock is back. */
  readonly until?: string;
  /** Only these ranges of the hold; all if absent. What lies outside the hold counts for nothing. */
  readonly ranges?: Sets;
  readonly by: string;
  /** Id of the decision. */
  readonly decision: string;
}

interface Answered {
  readonly ledger: Ledger;
  readonly events: readonly DomainEvent[];
}

/** Thrown for an answer to a hold that is not open, or of the other kind. */
export class AnswerError extends Error {
  override name = 'AnswerError';
}

/** Takes an answer into the ledger. Throws AnswerError for a hold that is not open, or ranges it does not hold. */
export function answerHold(ledger: Ledger, answer: AnswerToHold, now: Date): Answered {
  const row = [...ledger.tags.values()].find(({ holds }) => holds.some(({ id }) => id === answer.hold));
  const hold = row?.holds.find(({ id }) => id === answer.hold);
  if (!row || !hold) {
    throw new AnswerError(`no hold ${answer.hold} is open: it ended, was answered before, or never was`);
  }
  const ranges = byFamily((f) => (answer.ranges ? hold.held[f].intersect(answer.ranges[f]) : hold.held[f]));
  if (isEmpty(ranges)) {
    throw new AnswerError(`hold ${answer.hold} does not hold the ranges that were answered`);
  }
  if (!answersTo(hold.kind).includes(answer.answer)) {
    throw new AnswerError(
      `expected ${answersTo(hold.kind).join(' or ')} for hold ${answer.hold}, a ${hold.kind}, got ${answer.answer}`,
    );
  }
  const stays = answer.answer === 'keep' || answer.answer === 'block';
  if (stays) return { ledger: replace(ledger, row, hold.id, keep(hold, ranges, answer, now)), events: [] };
  return letGo(ledger, row, hold, ranges, answer, now);
}

/** What is kept becomes a hold of its own if the answer covers only a part: the rest keeps its question or its clock. */
function keep(hold: Hold, ranges: Sets, { by, until, decision }: AnswerToHold, now: Date): Hold[] {
  const kept = { decision, by, at: now.toISOString(), ...(until === undefined ? {} : { until }) };
  const rest = subtract(hold.held, ranges);
  if (isEmpty(rest)) return [{ ...hold, kept }];
  const hash = createHash('sha256').update(prefixesOf(ranges).join()).digest('hex').slice(0, 8);
  return [
    { ...hold, held: rest },
    { ...hold, id: `${hold.id}-${hash}`, held: ranges, kept },
  ];
}

/** Ends a hold in whole or in part: a loss leaves the effective list, a gain enters it. */
function letGo(
  ledger: Ledger,
  row: TagLedger,
  hold: Hold,
  ranges: Sets,
  { by, decision }: AnswerToHold,
  now: Date,
): Answered {
  const held = subtract(hold.held, ranges);
  const rest = isEmpty(held) ? [] : [{ ...hold, held }];
  const { kept: _, ...was } = hold;
  const after: TagLedger =
    hold.kind === 'loss'
      ? {
          ...row,
          releases: [
            ...row.releases,
            { hold: hold.id, at: now.toISOString(), by: `answer of ${by}`, prefixes: ranges, decision, was },
          ],
        }
      : { ...row, allowed: [...(row.allowed ?? []), { decision, hold: was, prefixes: ranges }] };
  const answered = replace(ledger, after, hold.id, rest);
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

/**
 * Reverts an answer: what it kept is a question again, what it released is held again as far as it is not
 * published, what it let in is held again as far as it is. Undefined if nothing is left of the answer.
 */
export function withdrawAnswer(ledger: Ledger, decision: string): Answered | undefined {
  const events: DomainEvent[] = [];
  const tags = new Map(ledger.tags);
  let changed = false;
  for (const [name, row] of ledger.tags) {
    const kept = row.holds.some((hold) => hold.kept?.decision === decision);
    const released = row.releases.filter((release) => release.decision === decision);
    const allowed = (row.allowed ?? []).filter((one) => one.decision === decision);
    if (!kept && released.length === 0 && allowed.length === 0) continue;
    changed = true;
    const back = [
      ...released.flatMap(({ was, prefixes }) => (was ? [{ ...was, held: prefixes }] : [])),
      ...allowed.map(({ hold, prefixes }) => ({ ...hold, held: intersect(prefixes, row.published) })),
    ].filter(({ held }) => !isEmpty(held));
    const asked = row.holds.map(({ kept: word, ...hold }) =>
      word === undefined || word.decision === decision ? hold : { ...hold, kept: word },
    );
    const holds = back.reduce<readonly Hold[]>(withHold, asked);
    for (const hold of back) events.push(openedAgain(hold));
    tags.set(name, {
      ...row,
      holds,
      releases: row.releases.filter((release) => release.decision !== decision),
      ...(row.allowed ? { allowed: row.allowed.filter((one) => one.decision !== decision) } : {}),
    });
  }
  return changed ? { ledger: { ...ledger, tags }, events } : undefined;
}

/** What comes back joins what is left of its hold. */
function withHold(holds: readonly Hold[], back: Hold): readonly Hold[] {
  if (!holds.some(({ id }) => id === back.id)) return [...holds, back];
  return holds.map((hold) => (hold.id === back.id ? { ...hold, held: union([hold.held, back.held]) } : hold));
}

function openedAgain({ id, tag, kind, publication, held, questions }: Hold): DomainEvent {
  return {
    kind: 'hold-opened',
    hold: id,
    tag,
    of: kind,
    changeNumber: publication.changeNumber,
    prefixes: prefixesOf(held),
    addresses: { ipv4: held.ipv4.count.toString(), ipv6: held.ipv6.count.toString() },
    questions,
  };
}

/** The ledger with a row whose one hold has others in its place. */
function replace(ledger: Ledger, row: TagLedger, id: string, by: readonly Hold[]): Ledger {
  const holds = row.holds.flatMap((one) => (one.id === id ? by : [one]));
  return { ...ledger, tags: new Map(ledger.tags).set(row.tag, { ...row, holds }) };
}
