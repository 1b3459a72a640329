import { setsOf } from '../core/address/sets.ts';
import type { Decision } from '../core/decisions/decision.ts';
import { type ActiveDecisions, activeDecisionsAt } from '../core/decisions/in-effect.ts';
import { distinctPersons } from '../core/decisions/person.ts';
import { answeredAlike, peopleNeeded } from '../core/decisions/quorum.ts';
import type { DomainEvent } from '../core/event.ts';
import { AnswerError, answerHold, withdrawAnswer } from '../core/judge/answer.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { DecisionRef } from '../core/plan/memory.ts';
import type { PlanContext } from './context.ts';

/** All recorded decisions, and those that are active now. */
export interface DecisionState {
  readonly decisions: readonly Decision[];
  readonly active: ActiveDecisions;
  /** The ledger that lists are pinned to. */
  readonly pinned?: Ledger;
}

/** All decisions without the ledger of a pin: for people, who must be able to unpin where that cannot be read. */
export async function readDecisions({ controls, now }: Pick<PlanContext, 'controls' | 'now'>): Promise<DecisionState> {
  const decisions = await controls.all();
  return { decisions, active: activeDecisionsAt(decisions, now()) };
}

/** All decisions. Throws if a pin names a ledger that is not there: lists must not move on because of that. */
export async function loadDecisions(context: PlanContext): Promise<DecisionState> {
  const { decisions, active } = await readDecisions(context);
  if (!active.pin) return { decisions, active };
  const pinned = await context.ledgers.get(active.pin.ledger);
  if (!pinned)
    throw new Error(`lists are pinned to ledger ${active.pin.ledger}, which cannot be found; unpin, or pin again`);
  return { decisions, active, pinned };
}

/** Why nothing may be released now because of a decision. */
export function releasesWaitFor({ active }: DecisionState): string | undefined {
  if (active.paused) return `everything is paused by ${active.paused.by.name}`;
  return active.pin ? `lists are pinned to publication ${active.pin.changeNumber}` : undefined;
}

/**
 * Takes answers and withdrawals that are new into the ledger. An answer whose hold has ended meanwhile has nothing left to
 * say, and one to a hold of a target belongs to that target's plan.
 */
export function applyAnswers(
  ledger: Ledger,
  decisionState: DecisionState,
  now: Date,
): { ledger: Ledger; events: DomainEvent[] } {
  const taken = new Set(ledger.answered);
  const events: DomainEvent[] = [];
  let answered = ledger;
  const take = (id: string, result: { readonly ledger: Ledger; readonly events: readonly DomainEvent[] }): void => {
    taken.add(id);
    answered = { ...result.ledger, answered: [...taken] };
    events.push(...result.events);
  };
  const { active, decisions } = decisionState;
  for (const decision of decisions) {
    if (taken.has(decision.id) || active.withdrawn.has(decision.id)) continue;
    if (decision.kind === 'withdraw') {
      for (const id of answersLike(decisions, decision.word)) {
        const back = withdrawAnswer(answered, id);
        if (!back) continue;
        take(decision.id, back);
        break;
      }
    }
    const counting = decision.kind === 'answer' ? (active.answers.get(decision.hold) ?? []) : [];
    if (decision.kind !== 'answer' || !counting.some(({ id }) => id === decision.id)) continue;
    try {
      const { id, answer, hold, until, ranges } = decision;
      const persons = distinctPersons(answeredAlike(decision, counting).map(({ by }) => by));
      const asked = {
        hold,
        answer,
        by: (peopleNeeded(decision) > 1 ? persons : [decision.by]).map(({ name }) => name).join(' and '),
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

/**
 * Ids of an answer and of those by which other people gave the same, where several are needed: the ledger names the first
 * of them, and to take one back takes back what they led to.
 */
export function answersLike(decisions: readonly Decision[], id: string): readonly string[] {
  const answers = decisions.filter((one) => one.kind === 'answer');
  const own = answers.find((one) => one.id === id);
  if (own === undefined || peopleNeeded(own) <= 1) return [id];
  const alike = answers.filter(
    (one) => answeredAlike(own, answers).includes(one) || answeredAlike(one, answers).includes(own),
  );
  return alike.map((one) => one.id);
}

/** Decisions as memory and history name them, by id. */
export function decisionRefs({ decisions }: Pick<DecisionState, 'decisions'>): ReadonlyMap<string, DecisionRef> {
  return new Map(
    decisions.map(({ id, by, at, why, ...decision }) => [
      id,
      {
        id,
        by: by.name,
        at,
        why,
        ...('ticket' in decision && decision.ticket !== undefined ? { ticket: decision.ticket } : {}),
      },
    ]),
  );
}
