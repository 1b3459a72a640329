import type { DomainEvent } from '../event.ts';
import { remindersDue } from '../judge/clock.ts';
import type { PendingApproval } from '../judge/ledger.ts';
import { needsOperator } from './needs-operator.ts';
import type { Plan } from './plan-types.ts';

/**
 * Follows the parts of plans that are kept back from run to run: one is told when it is new, reminded of while it waits
 * for a person, and forgotten when it is planned no more. Targets without a plan (not asked for, not readable) keep what
 * they had.
 */
export function trackPendingApprovals(
  before: readonly PendingApproval[],
  plans: readonly Plan[],
  now: Date,
): { asked: readonly PendingApproval[]; events: readonly DomainEvent[] } {
  const planned = new Set(plans.map(({ target }) => target));
  const asked = before.filter(({ target }) => !planned.has(target));
  const events: DomainEvent[] = [];
  for (const plan of plans) {
    for (const { id, direction, steps, verdict } of plan.parts) {
      const known = before.find(({ part }) => part === id);
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
        events.push({ kind: 'target-reminder', target: plan.target, part: id, direction, ranges, reasons, since });
      }
      const reminders = Math.max(due, reminded);
      // A question that was declined, or waits for its hour, is the same again once that is over.
      const question = needsOperator(reasons) ? { direction, ranges, reasons } : questionOf(known);
      asked.push({ part: id, target: plan.target, since, reminded: reminders, ...question });
    }
  }
  return { asked, events };
}

function questionOf(
  known: PendingApproval | undefined,
): Partial<Pick<PendingApproval, 'direction' | 'ranges' | 'reasons'>> {
  if (!known?.direction || !known.ranges || !known.reasons) return {};
  return { direction: known.direction, ranges: known.ranges, reasons: known.reasons };
}
