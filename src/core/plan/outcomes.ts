import type { DomainEvent } from '../event.ts';
import type { OutcomeError } from '../reason.ts';
import { needsOperator } from '../reason.ts';
import type { Outcome, Plan, RunStatus } from './plan-types.ts';

/** Subject of an outcome that speaks for a whole target. */
export const wholeTarget = 'target';

/** What is known of a plan before anything is written: refusals, and parts that wait. */
export function outcomesBeforeWriting(plan: Plan, at: string): Outcome[] {
  if (plan.refusals.length > 0) {
    return [
      {
        target: plan.target,
        subject: wholeTarget,
        result: 'refused',
        added: [],
        removed: [],
        text: plan.refusals.map(({ text, next }) => `${text}; ${next}`).join('; '),
        writes: 0,
        at,
      },
    ];
  }
  const outcomes: Outcome[] = [];
  for (const part of plan.parts) {
    if (part.verdict.kind === 'go') continue;
    const { reasons } = part.verdict;
    const reported = reasons.some(({ rule }) => rule === 'mode');
    const prefixes = part.steps.map((step) => step.prefix);
    outcomes.push({
      target: plan.target,
      subject: `part:${part.id}`,
      result: part.verdict.kind === 'refuse' ? 'refused' : reported ? 'reported' : 'waiting',
      added: part.direction === 'add' ? prefixes : [],
      removed: part.direction === 'remove' ? prefixes : [],
      text: reasons.map(({ text, next }) => `${text}; ${next}`).join('; '),
      writes: 0,
      ...(part.verdict.kind === 'wait' && !reported && needsOperator(reasons) ? { asks: true } : {}),
      at,
    });
  }
  return outcomes;
}

/** Units whose outcome is still missing, in the plan's order; empty means that this target is done with. */
export function openSubjects(plan: Plan, outcomes: readonly Outcome[]): string[] {
  const own = outcomes.filter((outcome) => outcome.target === plan.target);
  if (own.some((outcome) => outcome.subject === wholeTarget)) return [];
  const known = new Set(own.map((outcome) => outcome.subject));
  return plan.changes.map((change) => change.key).filter((key) => !known.has(key));
}

/** One outcome for every change of a plan that was not brought to its end, all with the same text. */
export function unfinished(
  plan: Plan,
  result: 'failed' | 'superseded' | 'waiting',
  text: string,
  now: Date,
  error?: OutcomeError,
): Outcome[] {
  return plan.changes.map((change) => ({
    target: plan.target,
    subject: change.key,
    result,
    added: change.added,
    removed: change.removed,
    text,
    ...(error === undefined ? {} : { error }),
    writes: 0,
    at: now.toISOString(),
  }));
}

/**
 * What a run, or one target of it, did, worst first. `failed`: something failed and nothing was done. `partial`:
 * something failed, something was done. `waiting`: a part of it waits for a person, also one that was told before, or it
 * opened a question.
 */
export function statusOf(outcomes: readonly Outcome[], events: readonly DomainEvent[]): RunStatus {
  const failed = outcomes.some(({ result }) => result === 'failed' || result === 'superseded');
  const done = outcomes.some(({ result }) => result === 'done');
  const unreachable = events.some((event) => event.kind === 'source-unreachable');
  if (failed || unreachable) return done ? 'partial' : 'failed';
  if (events.some((event) => event.kind === 'publication-refused')) return 'refused';
  if (outcomes.some(({ result }) => result === 'refused')) return 'refused';
  if (outcomes.some(({ asks }) => asks) || events.some(opensQuestion)) return 'waiting';
  return done ? 'applied' : 'no-change';
}

/** The status of one target: as above, but what waits on it counts as long as it waits. */
export function targetStatusOf(outcomes: readonly Outcome[]): RunStatus {
  const status = statusOf(outcomes, []);
  if (status !== 'no-change') return status;
  return outcomes.some(({ result }) => result === 'waiting') ? 'waiting' : status;
}

function opensQuestion(event: DomainEvent): boolean {
  if (event.kind === 'target-waits') return needsOperator(event.reasons);
  return event.kind === 'publication-waits' || (event.kind === 'hold-opened' && event.questions.length > 0);
}
