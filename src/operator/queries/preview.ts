import { answersTo, type Decision } from '../../core/decisions/decision.ts';
import { emptyLedger } from '../../core/judge/ledger.ts';
import { wholeTarget } from '../../core/plan/outcomes.ts';
import type { Plan } from '../../core/plan/plan-types.ts';
import {
  changedSums,
  type Difference,
  differencesOf,
  type ProposedChange,
  proposedChange,
  sumsOf,
  totalOf,
} from '../../core/plan/proposed-change.ts';
import { riskOf } from '../../core/plan/removal-risk.ts';
import type { RemovalRisk } from '../../core/plan/ticket-facts.ts';
import type { PreviewedDecision, PreviewView, TargetPreview } from '../../core/preview.ts';
import { extent } from '../../messages/format.ts';
import type { PlanContext, RunContext } from '../../run/context.ts';
import { readDecisions } from '../../run/decisions.ts';
import { listsOf } from '../../run/lists.ts';
import { type Prepared, planRun } from '../../run/plan.ts';
import { readOnce } from '../../run/read-once.ts';
import { MadeUpError } from '../../run/sandbox.ts';
import { RequestError } from '../../run/service.ts';
import { tryCatalogInForce } from '../../run/stored-publication.ts';
import { peopleFor } from '../commands/authorize.ts';
import { decisionsFor } from '../commands/record-decision.ts';
import type { HoldView, PreviewRequest } from '../operator.ts';
import { openHolds } from './holds.ts';
import { removalOf } from './part-removals.ts';

/** Nobody has decided yet: a preview is recorded nowhere, and shows nobody's name. */
const undecided = { by: { name: 'preview', how: 'claimed' }, why: 'preview' } as const;

/** A preview reads every target and, where a publication is due, the source. */
const previewMs = 200_000;

/**
 * What the next run would do, with a decision added in memory and without it. Plans as a dry run does, and like one it is
 * given nothing that could write. Throws DecisionRejected where the decision could not be recorded whoever decided.
 * @param planContext what is planned with: the context, or a more confined one.
 */
export async function previewOf(
  context: RunContext,
  planContext: PlanContext,
  request: PreviewRequest,
): Promise<PreviewView> {
  const base = readOnce(planContext);
  const signal = AbortSignal.timeout(previewMs);
  const planning = planRun(base, undefined, signal);
  // A decision that cannot be recorded is told before what went wrong with the plan.
  planning.catch(() => undefined);
  const decided = request.kind === 'run' ? undefined : await decisionsOf(context, request);
  try {
    return await planned(context, base, await planning, decided, signal);
  } catch (error) {
    throw error instanceof MadeUpError ? new RequestError(error.message) : error;
  }
}

async function planned(
  context: RunContext,
  base: PlanContext,
  prepared: Prepared,
  decided: readonly Undecided[] | undefined,
  signal: AbortSignal,
): Promise<PreviewView> {
  if (decided === undefined) return viewOf(base, prepared);
  const recorded = await base.controls.all();
  const controls = { all: async () => [...recorded, ...decided.map(({ decision }) => decision)] };
  const then = await planRun({ ...base, controls }, undefined, signal);
  const decisions = await Promise.all(
    decided.map(async ({ decision, view, out }) => {
      const risks = await risksOf(context, decision, out, prepared, then);
      return risks === undefined ? view : { ...view, risks };
    }),
  );
  return viewOf(base, then, { without: prepared, decisions });
}

/** What the publication says of what a decision takes out; undefined where it takes nothing out, or the file is not kept. */
async function risksOf(
  context: RunContext,
  decision: Decision,
  out: Undecided['out'],
  { ledger, decisionState }: Prepared,
  { taken }: Prepared,
): Promise<readonly RemovalRisk[] | undefined> {
  const goes = decision.kind === 'approve' && decision.direction === 'remove' ? decision : undefined;
  if (out === undefined && goes === undefined) return undefined;
  const catalog = (taken.accepted ?? taken.seen)?.catalog ?? (await tryCatalogInForce(context, ledger.accepted));
  if (catalog === undefined) return undefined;
  if (out !== undefined) return [riskOf(out, catalog, ledger)];
  if (goes === undefined) return undefined;
  const lists = listsOf(context.loaded.config, ledger);
  return (await removalOf(goes, catalog, { context, ledger, decisionState, lists })).risks;
}

interface Undecided {
  readonly decision: Decision;
  readonly view: PreviewedDecision;
  /** What an answer takes out of a tag. */
  readonly out?: { readonly tag: string; readonly ranges: readonly string[] };
}

/** The decisions as they would count once enough people have given them. */
async function decisionsOf(
  context: RunContext,
  request: Exclude<PreviewRequest, { readonly kind: 'run' }>,
): Promise<readonly Undecided[]> {
  const ledger = (await context.ledgers.current())?.ledger ?? emptyLedger(context.loaded.config.cloud);
  const decisionState = await readDecisions(context);
  const holds = await openHolds(context, ledger, decisionState);
  const decisions = await decisionsFor(context, decisionState, holds, request, undecided);
  return Promise.all(
    decisions.map(async (decision) => {
      const needs = await peopleFor(context, holds, decision, decisionState);
      const hold = decision.kind === 'answer' ? holds.find(({ id }) => id === decision.hold) : undefined;
      const view = {
        kind: decision.kind,
        text: decisionText(decision, hold),
        ...(hold === undefined ? {} : { otherwise: hold.otherwise }),
        ...(needs > 1 ? { needs } : {}),
      };
      const goes = decision.kind === 'answer' && decision.answer === 'remove' && hold !== undefined && 'tag' in hold.of;
      return {
        decision,
        view,
        ...(goes ? { out: { tag: hold.of.tag, ranges: decision.ranges ?? hold.prefixes } } : {}),
      };
    }),
  );
}

/** What is decided, in a sentence. */
function decisionText(decision: Decision, hold: HoldView | undefined): string {
  switch (decision.kind) {
    case 'answer': {
      const about = hold && ('tag' in hold.of ? hold.of.tag : `the list of ${hold.of.target}`);
      const ranges = decision.ranges ?? hold?.prefixes ?? [];
      const until = decision.until === undefined ? '' : ` until ${decision.until}`;
      const changes = hold !== undefined && answersTo(hold.kind)[1] === decision.answer;
      const effect =
        hold?.kind === 'gain'
          ? changes
            ? 'they are let in'
            : 'they stay out'
          : changes
            ? 'they are no longer kept'
            : 'they stay allowed, whatever the clock says';
      return `answer ${decision.answer}${until} to hold ${decision.hold}: ${extent(ranges)} of ${about ?? 'a hold'}; ${effect}`;
    }
    case 'approve':
      return `approve part ${decision.part} of ${decision.target}: ${decision.direction} ${extent(decision.ranges)}`;
    case 'decline':
      return `decline part ${decision.part} of ${decision.target}: ${extent(decision.ranges)} stay as they are`;
    case 'withdraw':
      return `withdraw decision ${decision.word}`;
    case 'pause':
      return `pause ${decision.target ?? 'every target'}${decision.until === undefined ? '' : ` until ${decision.until}`}: nothing is written to it`;
    case 'resume':
      return `resume ${decision.target ?? 'every target'}`;
    case 'pin':
      return `pin every list to publication ${decision.changeNumber} until ${decision.until}`;
    case 'unpin':
      return 'unpin: every list follows the newest publication again';
    case 'accept-publication':
      return `accept file ${decision.digest}${decision.tags === undefined ? '' : `, tags ${decision.tags.join(', ')}`}`;
    case 'done':
      return `record what decision ${decision.word} let through`;
  }
}

interface Compared {
  readonly without: Prepared;
  readonly decisions: readonly PreviewedDecision[];
}

function viewOf(context: PlanContext, prepared: Prepared, compared?: Compared): PreviewView {
  const before = compared && new Map(compared.without.planned.map(({ plan }) => [plan.target, plan]));
  const after = new Map(prepared.planned.map(({ plan }) => [plan.target, plan]));
  const targets = [...context.targets.keys()].map((id): TargetPreview => {
    const plan = after.get(id);
    return {
      ...(plan === undefined ? unplanned(context, prepared, id) : proposedChange(plan)),
      ...(before === undefined ? {} : { because: differencesIn(before.get(id), plan) }),
    };
  });
  const { accepted } = prepared.ledger;
  return {
    at: context.now().toISOString(),
    ...(accepted ? { publication: accepted } : {}),
    decisions: compared?.decisions ?? [],
    targets,
    sums: totalOf(targets.map(({ sums }) => sums)),
    ...(compared === undefined ? {} : { because: changedSums(targets.flatMap(({ because = [] }) => because)) }),
  };
}

/** What could not be read differs in nothing that is known. */
function differencesIn(before: Plan | undefined, after: Plan | undefined): readonly Difference[] {
  return before === undefined || after === undefined ? [] : differencesOf(before, after);
}

function unplanned(
  { loaded }: Pick<PlanContext, 'loaded'>,
  { outcomes }: Pick<Prepared, 'outcomes'>,
  target: string,
): ProposedChange & { readonly failed: string } {
  const { kind = 'unknown', list = 'unknown', mode = 'sync' } = loaded.config.targets[target] ?? {};
  const failed =
    outcomes.find((one) => one.target === target && one.subject === wholeTarget)?.text ?? 'it is not known';
  return {
    target,
    kind,
    list,
    mode,
    add: [],
    remove: [],
    waits: [],
    refusals: [],
    sums: sumsOf([]),
    notes: [],
    failed,
  };
}
