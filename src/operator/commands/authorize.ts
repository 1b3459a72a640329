import { type ApprovalRules, peopleToDecide, whyNotDecided } from '../../core/decisions/authorization.ts';
import type { Actor, Decision } from '../../core/decisions/decision.ts';
import { acceptedAlike, answeredAlike } from '../../core/decisions/quorum.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import { type DecisionMeta, DecisionRejected, type DecisionRequest, type HoldView } from '../operator.ts';
import { askersOf, nobodyAsked } from './askers.ts';

/**
 * The decision as it is recorded: with the number of people that it needs, if that is more than one. Throws
 * DecisionRejected unless the operator's rules allow this person this decision: ticket, group, not who asked for the change.
 */
export async function authorized(
  context: RunContext,
  holds: readonly HoldView[],
  request: DecisionRequest,
  meta: DecisionMeta,
  decision: Decision,
  decisionState: DecisionState,
): Promise<Decision> {
  const { answer, answers, letsThrough, asked } = await rulesOf(context, holds, decision, decisionState);
  const why = whyNotDecided(answer ? { kind: 'answer' } : request, meta, {
    answers,
    letsThrough,
    asked,
    earlier: letsThrough ? earlierPersons(decision, decisionState) : [],
    now: context.now(),
  });
  if (why !== undefined) throw new DecisionRejected(why);
  const needs = letsThrough ? peopleToDecide(answers, asked) : 1;
  return needs > 1 ? ({ ...decision, needs } as Decision) : decision;
}

/** How many people must give a decision before it counts, whoever they are. */
export async function peopleFor(
  context: RunContext,
  holds: readonly HoldView[],
  decision: Decision,
  decisionState: DecisionState,
): Promise<number> {
  const { answers, letsThrough, asked } = await rulesOf(context, holds, decision, decisionState);
  return letsThrough ? peopleToDecide(answers, asked) : 1;
}

/** The operator's rules that hold for a decision, and who asked for what it lets through. */
async function rulesOf(
  context: RunContext,
  holds: readonly HoldView[],
  decision: Decision,
  decisionState: DecisionState,
) {
  // Taking an answer back is an answer: it lets in again, or asks again, what was decided.
  const undone =
    decision.kind === 'withdraw' ? decisionState.decisions.find(({ id }) => id === decision.word) : undefined;
  const answer = undone?.kind === 'answer' ? undone : undefined;
  const about = answer ?? decision;
  const hold = about.kind === 'answer' ? holds.find(({ id }) => id === about.hold) : undefined;
  const { config } = context.loaded;
  const target = targetOf(about, hold);
  const own = target === undefined ? undefined : config.targets[target]?.answers;
  const answers: ApprovalRules = { ...config.answers, ...own };
  const letsThrough = letsChangeThrough(decision);
  // Finding them reads many runs, and only `notWhoAsked` asks for them.
  const asks = letsThrough && answers.notWhoAsked === true;
  const asked = asks ? await askersOf(context, decision, holds, decisionState) : nobodyAsked;
  return { answer, answers, letsThrough, asked };
}

/** The target that a decision is about, whose rules hold for it; undefined for one about all. */
function targetOf(decision: Decision, hold: HoldView | undefined): string | undefined {
  if (hold !== undefined && 'target' in hold.of) return hold.of.target;
  return 'target' in decision ? decision.target : undefined;
}

/** `keep` and `block` leave everything as it is. */
function letsChangeThrough(decision: Decision): boolean {
  if (decision.kind === 'answer') return decision.answer === 'remove' || decision.answer === 'allow';
  return decision.kind === 'approve' || decision.kind === 'accept-publication';
}

/** Who decided the same already, and is not taken for a further person. */
function earlierPersons(decision: Decision, { decisions, active }: DecisionState): readonly Actor[] {
  const standing = decisions.filter(({ id }) => !active.withdrawn.has(id));
  if (decision.kind === 'answer') {
    return answeredAlike(
      decision,
      standing.filter((one) => one.kind === 'answer'),
    ).map(({ by }) => by);
  }
  if (decision.kind === 'accept-publication') {
    return acceptedAlike(
      decision,
      standing.filter((one) => one.kind === 'accept-publication'),
    ).map(({ by }) => by);
  }
  if (decision.kind !== 'approve') return [];
  return [...active.approvals, ...active.incomplete].flatMap((one) =>
    one.decision.part === decision.part ? [one.decision.by] : [],
  );
}
