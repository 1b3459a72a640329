import { setsOf } from '../core/address/sets.ts';
import { type InForce, inForceAt } from '../core/control/in-force.ts';
import type { Word } from '../core/control/word.ts';
import type { DomainEvent } from '../core/event.ts';
import { AnswerError, answerHold, withdrawAnswer } from '../core/judge/answer.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Parts } from './parts.ts';

/** Everything people said, and what of it is in force now. */
export interface Said {
  readonly words: readonly Word[];
  readonly inForce: InForce;
  /** The ledger that lists are pinned to. */
  readonly pinned?: Ledger;
}

/** Reads all words. Throws if a pin names a ledger that is not there: lists must not move on because of that. */
export async function readSaid(parts: Parts): Promise<Said> {
  const words = await parts.controls.all();
  const inForce = inForceAt(words, parts.now());
  if (!inForce.pin) return { words, inForce };
  const pinned = await parts.ledgers.get(inForce.pin.ledger);
  if (!pinned)
    throw new Error(`lists are pinned to ledger ${inForce.pin.ledger}, which cannot be found; unpin, or pin again`);
  return { words, inForce, pinned };
}

/** Why nothing may be released now because of what people said. */
export function releasesWaitFor({ inForce }: Said): string | undefined {
  if (inForce.paused) return `everything is paused by ${inForce.paused.by.name}`;
  return inForce.pin ? `lists are pinned to publication ${inForce.pin.changeNumber}` : undefined;
}

/**
 * Takes answers and withdrawals that are new into the ledger. An answer whose hold has ended meanwhile has nothing left to
 * say, and one to a hold of a target belongs to that target's plan.
 */
export function takeAnswers(ledger: Ledger, said: Said, now: Date): { ledger: Ledger; events: DomainEvent[] } {
  const taken = new Set(ledger.answered);
  const events: DomainEvent[] = [];
  let answered = ledger;
  const take = (id: string, result: { readonly ledger: Ledger; readonly events: readonly DomainEvent[] }): void => {
    taken.add(id);
    answered = { ...result.ledger, answered: [...taken] };
    events.push(...result.events);
  };
  for (const word of said.words) {
    if (taken.has(word.id) || said.inForce.withdrawn.has(word.id)) continue;
    if (word.kind === 'withdraw') {
      const back = withdrawAnswer(answered, word.word);
      if (back) take(word.id, back);
    }
    if (word.kind !== 'answer') continue;
    try {
      const { id, answer, hold, until, ranges } = word;
      const asked = {
        hold,
        answer,
        by: word.by.name,
        decision: id,
        ...(until === undefined ? {} : { until }),
        ...(ranges === undefined ? {} : { ranges: setsOf(ranges) }),
      };
      take(id, answerHold(answered, asked, now));
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
    }
  }
  return { ledger: answered, events };
}
