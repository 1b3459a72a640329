import { setsOf } from '../core/address/sets.ts';
import type { Decision } from '../core/decisions/decision.ts';
import { type ActiveDecisions, activeDecisionsAt } from '../core/decisions/in-effect.ts';
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

/** Reads all words. Throws if a pin names a ledger that is not there: lists must not move on because of that. */
export async function loadDecisions(context: PlanContext): Promise<DecisionState> {
  const decisions = await context.controls.all();
  const active = activeDecisionsAt(decisions, context.now());
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
  for (const decision of decisionState.decisions) {
    if (taken.has(decision.id) || decisionState.active.withdrawn.has(decision.id)) continue;
    if (decision.kind === 'withdraw') {
      const back = withdrawAnswer(answered, decision.word);
      if (back) take(decision.id, back);
    }
    if (decision.kind !== 'answer') continue;
    try {
      const { id, answer, hold, until, ranges } = decision;
      const asked = {
        hold,
        answer,
        by: decision.by.name,
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
