import type { TargetConfig } from '../config/config.ts';
import { windowAt } from '../core/decisions/change-window.ts';
import type { ActiveDecisions } from '../core/decisions/in-effect.ts';
import type { Ledger, PendingApproval } from '../core/judge/ledger.ts';
import { entriesOf, isNone, noEntries, textsOf, unite, without } from '../core/plan/entries.ts';
import type { PlanControl } from '../core/plan/plan-input.ts';
import { deadlineOf } from '../core/publication/freshness.ts';
import type { Reason } from '../core/reason.ts';
import { type DecisionState, releasesWaitFor } from './decisions.ts';

/** What people's words, and the operator's rules for this target, mean for its plan at this moment. */
export function planControlOf(
  decisionState: DecisionState,
  target: string,
  { approval, change }: Pick<TargetConfig, 'approval' | 'change'>,
  ledger: Ledger,
  now: Date,
): PlanControl {
  const { active, pinned } = decisionState;
  const pause = active.paused ?? active.pausedTargets.get(target);
  const deadline = ledger.accepted && new Date(deadlineOf(ledger.accepted).earliest);
  return {
    ...(pause ? { paused: pauseReason(pause) } : {}),
    closed: (direction) => {
      const state = windowAt(change, direction, now, deadline);
      return state.open ? undefined : state.reason;
    },
    approval,
    approvals: active.approvals.filter(({ decision }) => decision.target === target),
    incomplete: active.incomplete.filter(({ decision }) => decision.target === target),
    declinedParts: active.declinedParts.filter((decision) => decision.target === target),
    answers: active.answers,
    asked: (ledger.asked ?? []).filter((one) => one.target === target).flatMap((one) => unansweredOf(one, active)),
    ...releasesWait(decisionState, ledger),
    ...(pinned ? { pinned } : {}),
  };
}

/** What of a question is open: what an approval let through is answered once it was written, and not before. */
export function unansweredOf(question: PendingApproval, { done }: ActiveDecisions): readonly PendingApproval[] {
  const { approvals, ranges } = question;
  if (approvals === undefined || ranges === undefined) return [question];
  const left = without(entriesOf(ranges), unite(approvals.map((id) => done.get(id) ?? noEntries)));
  return isNone(left) ? [] : [{ ...question, ranges: textsOf(left) }];
}

function pauseReason(pause: NonNullable<ActiveDecisions['paused']>): Reason {
  return {
    rule: 'paused',
    text: `paused by ${pause.by.name} on ${pause.at.slice(0, 10)}: ${pause.why}`,
    next: pause.until ? `goes on after ${pause.until}, or with \`resume\`` : 'goes on with `resume`',
  };
}

/** No clock releases anything while the source is not fresh, or a person holds things still. */
function releasesWait(decisionState: DecisionState, { source }: Ledger): Pick<PlanControl, 'releasesWait'> {
  const stale = source !== undefined && source.freshness !== 'fresh' ? `the source is ${source.freshness}` : undefined;
  const why = stale ?? releasesWaitFor(decisionState);
  return why === undefined ? {} : { releasesWait: why };
}
