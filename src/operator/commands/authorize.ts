import { type ApprovalRules, type DecisionRules, whyNotDecided } from '../../core/decisions/authorization.ts';
import type { Decision } from '../../core/decisions/decision.ts';
import type { Plan, PlanPart } from '../../core/plan/plan-types.ts';
import type { RunRecord } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import { type DecisionMeta, DecisionRejected, type DecisionRequest, type HoldView } from '../operator.ts';

interface FoundPart {
  readonly record: RunRecord;
  readonly plan: Plan;
  readonly part: PlanPart;
  /** False if a newer run planned the target again: what it found is what counts now. */
  readonly newest: boolean;
}

/** How many runs back a plan is looked for: two weeks at four a day. */
const maxRuns = 60;

/** The newest plan that has the part; undefined if none of the latest runs planned it. */
export async function findPart(context: RunContext, id: string): Promise<FoundPart | undefined> {
  const seen = new Set<string>();
  for (const record of await context.runs.list(maxRuns)) {
    for (const target of record.intent.targets) {
      const plan = await context.runs.plan(record.intent.run, target);
      if (!plan) continue;
      const part = plan.parts.find((one) => one.id === id);
      if (part) return { record, plan, part, newest: !seen.has(target) };
      seen.add(target);
    }
  }
  return undefined;
}

/** A plan by `run/target`. */
export async function findPlan(
  context: RunContext,
  run: string,
  target: string,
): Promise<{ record: RunRecord; plan: Plan } | undefined> {
  const record = await context.runs.get(run);
  const plan = record && (await context.runs.plan(run, target));
  return record && plan && { record, plan };
}

/** Throws DecisionRejected unless the operator's rules allow this person this decision: ticket, group, not the requester. */
export async function mustBeAllowed(
  context: RunContext,
  holds: readonly HoldView[],
  request: DecisionRequest,
  meta: DecisionMeta,
  decision: Decision,
  { decisions }: Pick<DecisionState, 'decisions'>,
): Promise<void> {
  // Taking an answer back is an answer: it lets in again, or asks again, what was decided.
  const undone = decision.kind === 'withdraw' ? decisions.find(({ id }) => id === decision.word) : undefined;
  const answer = undone?.kind === 'answer' ? undone : undefined;
  const about = await subjectOf(context, holds, answer ?? decision);
  const { config } = context.loaded;
  const own = about.target === undefined ? undefined : config.targets[about.target]?.answers;
  const answers: ApprovalRules = { ...config.answers, ...own };
  const why = whyNotDecided(answer ? { kind: 'answer' } : request, meta, {
    answers,
    asked: about.asked,
    now: context.now(),
  });
  if (why !== undefined) throw new DecisionRejected(why);
}

/** The target a decision is about, and who requested the change: the author of a config edit is not known here. */
async function subjectOf(
  context: RunContext,
  holds: readonly HoldView[],
  decision: Decision,
): Promise<{ target?: string; asked: DecisionRules['asked'] }> {
  if (decision.kind === 'approve' || decision.kind === 'keep-part') {
    const found = await findPart(context, decision.part);
    const edited = found?.part.steps.some(({ cause }) => cause.kind === 'config') ?? true;
    return { target: decision.target, asked: edited ? 'unknown' : 'none' };
  }
  if (decision.kind === 'answer') {
    const hold = holds.find(({ id }) => id === decision.hold);
    if (hold === undefined || !('target' in hold.of)) return { asked: 'none' };
    // A change by a registry has no requester.
    return { target: hold.of.target, asked: hold.kind === 'registry' ? 'none' : 'unknown' };
  }
  if ((decision.kind === 'pause' || decision.kind === 'resume') && decision.target !== undefined) {
    return { target: decision.target, asked: 'none' };
  }
  return { asked: 'none' };
}
