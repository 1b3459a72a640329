import type { DomainEvent } from '../event.ts';
import type { PendingApproval } from '../judge/ledger.ts';
import { isLastReminder, remindersDue } from '../judge/reminders.ts';
import { needsOperator } from '../reason.ts';
import { entriesOf, isNone, textsOf, unite, within } from './entries.ts';
import { byRangeRules } from './gate.ts';
import type { Plan } from './plan-types.ts';

/**
 * Follows the parts of plans that are kept back from run to run: one is reported when it is new, repeated while it waits
 * for a person, and forgotten when it is no longer planned. Targets without a plan (not asked for, not readable) keep what
 * they had.
 */
export function trackPendingApprovals(
  before: readonly PendingApproval[],
  plans: readonly Plan[],
  /** Ids of the approvals in force. */
  approvals: ReadonlySet<string>,
  now: Date,
): { asked: readonly PendingApproval[]; events: readonly DomainEvent[] } {
  const planned = new Set(plans.map(({ target }) => target));
  const asked = before.filter(({ target }) => !planned.has(target));
  const events: DomainEvent[] = [];
  for (const plan of plans) {
    for (const { id, direction, steps, verdict } of plan.parts) {
      // One that was approved, and is open again, is a new question.
      const known = before.find((one) => one.part === id && one.approvals === undefined);
      // While the whole target is refused, what was asked before stays asked.
      if (verdict.kind === 'refuse' && known) asked.push(known);
      if (verdict.kind !== 'wait') continue;
      const { reasons } = verdict;
      const since = known?.since ?? now.toISOString();
      const due = needsOperator(reasons) ? remindersDue(since, now) : 0;
      const reminded = known?.reminded ?? 0;
      const ranges = steps.map(({ prefix }) => prefix);
      if (!known) {
        events.push({ kind: 'target-waits', target: plan.target, part: id, direction, ranges, reasons });
      } else if (due > reminded) {
        const last = isLastReminder(due) ? ({ last: true } as const) : {};
        events.push({
          kind: 'target-reminder',
          target: plan.target,
          part: id,
          direction,
          ranges,
          reasons,
          since,
          ...last,
        });
      }
      const reminders = Math.max(due, reminded);
      // A question that was declined, or waits for its hour, is the same again once that is over.
      const question = needsOperator(reasons)
        ? { direction, ranges, reasons }
        : (questionOf(known) ?? leftOfQuestions(before, plan.target, { direction, ranges }));
      asked.push({ part: id, target: plan.target, since, reminded: reminders, ...question });
    }
    const answered = before.filter(
      ({ target, part }) => target === plan.target && !asked.some((one) => one.part === part),
    );
    asked.push(...answered.flatMap((one) => approvedIn(plan, one, approvals)));
  }
  return { asked, events };
}

/** A question that an approval answered: it stands until what was approved is written, should the approval end before that. */
function approvedIn(
  { parts }: Plan,
  question: PendingApproval,
  approvals: ReadonlySet<string>,
): readonly PendingApproval[] {
  if (question.ranges === undefined) return [];
  const steps = parts
    .filter(({ direction }) => direction === question.direction)
    .flatMap((part) => part.steps.filter(({ decisions = [] }) => decisions.some((id) => approvals.has(id))));
  const ranges = within(entriesOf(question.ranges), entriesOf(steps.map(({ prefix }) => prefix)));
  if (isNone(ranges)) return [];
  const by = new Set(steps.flatMap(({ decisions = [] }) => decisions).filter((id) => approvals.has(id)));
  return [{ ...question, ranges: textsOf(ranges), approvals: [...by] }];
}

type Question = Pick<PendingApproval, 'direction' | 'ranges' | 'reasons'>;

function questionOf(known: PendingApproval | undefined): Question | undefined {
  if (!known?.direction || !known.ranges || !known.reasons) return undefined;
  return { direction: known.direction, ranges: known.ranges, reasons: known.reasons };
}

/**
 * What a part that waits for no answer now is still about, where its ranges are fewer than those that were asked about: a
 * question about each range by itself stays one for what is left, so that it is asked again when a decline ends.
 */
function leftOfQuestions(
  before: readonly PendingApproval[],
  target: string,
  part: Required<Pick<PendingApproval, 'direction' | 'ranges'>>,
): Question {
  const own = entriesOf(part.ranges);
  const questions = before.flatMap(({ target: of, direction, ranges = [], reasons = [] }) => {
    const left = within(entriesOf(ranges), own);
    const byRange = reasons.filter(({ rule }) => byRangeRules.has(rule));
    return of !== target || direction !== part.direction || byRange.length === 0 || isNone(left)
      ? []
      : [{ left, byRange }];
  });
  const [first] = questions;
  if (first === undefined) return {};
  return {
    direction: part.direction,
    ranges: textsOf(unite(questions.map(({ left }) => left))),
    reasons: first.byRange,
  };
}
