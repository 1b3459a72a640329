import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { announceControls } from '../core/decisions/in-effect.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Ledger, PendingApproval } from '../core/judge/ledger.ts';
import { emptyLedger } from '../core/judge/ledger.ts';
import { type Announced, followForeign, followOrphans, nothingAnnounced } from '../core/plan/announced.ts';
import type { Live } from '../core/plan/live.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import { outcomesBeforeWriting } from '../core/plan/outcomes.ts';
import { trackPendingApprovals } from '../core/plan/pending-approvals.ts';
import type { Planned } from '../core/plan/plan.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import { releasedIn, riskOf } from '../core/plan/removal-risk.ts';
import type { Remembered } from '../ports/store.ts';
import type { PlanContext } from './context.ts';
import { applyAnswers, type DecisionState, loadDecisions } from './decisions.ts';
import type { FetchResult } from './fetch-publication.ts';
import { judgePublication } from './judge-publication.ts';
import { listsOf } from './lists.ts';
import { unansweredOf } from './plan-control.ts';
import { planTargets } from './plan-targets.ts';
import { tryCatalogInForce } from './stored-publication.ts';

/** Everything a run knows before it writes anything. */
export interface Prepared {
  readonly taken: FetchResult;
  /** Name of the ledger in force; undefined before the first. */
  readonly before: string | undefined;
  readonly ledger: Ledger;
  readonly announced: Announced;
  /** False if what is in force says the same as both. */
  readonly ledgerChanged: boolean;
  readonly planned: readonly Planned[];
  /** What each target remembered before this run. */
  readonly memories: ReadonlyMap<string, TargetMemory>;
  /** What each planned target contains. */
  readonly lives: ReadonlyMap<string, Live>;
  readonly decisionState: DecisionState;
  readonly events: readonly DomainEvent[];
  readonly outcomes: readonly Outcome[];
}

/**
 * Fetch, accept, judge, read every target, plan and guard. Sends no write request anywhere: a dry run is this and nothing
 * else. Every target is planned and judged before the first write of any.
 */
export async function planRun(
  context: PlanContext,
  only: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const current = await context.ledgers.current();
  const stored = current?.ledger ?? emptyLedger(context.loaded.config.cloud);
  const decisionState = await loadDecisions(context);
  const { ledger: last, events: answered } = applyAnswers(stored, decisionState, context.now());
  const before = current?.announced ?? nothingAnnounced;
  const judged = await judgePublication(context, last, before, decisionState, signal);
  const remembered = await context.targetRecords.atOnce();
  const plans = await planTargets(context, only, { ...judged, decisionState, remembered }, signal);
  const planned = plans.map((one) => one.planned).filter((one) => one !== undefined);
  const told = await followTold(context, last, before, planned, decisionState, remembered, judged.now);
  const toldEvents = await withRisks(context, told.events, stored, judged);
  const announced = { ...judged.announced, ...told.announced };
  const ledger = { ...judged.ledger, asked: told.asked };
  const ledgerChanged =
    judged.changed ||
    told.events.length > 0 ||
    last !== stored ||
    !isDeepStrictEqual(told.asked, last.asked ?? []) ||
    !isDeepStrictEqual(announced, before);
  const at = judged.now.toISOString();
  return {
    taken: judged.taken,
    before: current?.name,
    ledger: ledgerChanged ? ledger : last,
    announced,
    ledgerChanged,
    planned,
    memories: new Map(plans.flatMap(({ memory }) => (memory ? [[memory.target, memory] as const] : []))),
    lives: new Map(plans.flatMap(({ planned: one, live }) => (one && live ? [[one.plan.target, live] as const] : []))),
    decisionState,
    events: [
      ...judged.events.fetched,
      ...answered,
      ...judged.events.judged,
      ...toldEvents,
      ...plans.flatMap((one) => one.events),
    ],
    outcomes: plans.flatMap(({ planned: one, failed }) => [
      ...(failed ? [failed] : []),
      ...(one ? outcomesBeforeWriting(one.plan, at) : []),
    ]),
  };
}

/**
 * The same events, with what the publication in force says of ranges that wait to go.
 * @param before the ledger before this run, which still has what this run released.
 */
async function withRisks(
  context: PlanContext,
  events: readonly DomainEvent[],
  before: Ledger,
  { ledger, taken }: { readonly ledger: Ledger; readonly taken: FetchResult },
): Promise<readonly DomainEvent[]> {
  const waits = events.some((event) => isWaiting(event) && event.direction === 'remove');
  if (!waits) return events;
  const catalog = (taken.accepted ?? taken.seen)?.catalog ?? (await tryCatalogInForce(context, ledger.accepted));
  if (catalog === undefined) return events;
  const { config } = context.loaded;
  const lists = listsOf(config, ledger);
  return events.map((event) => {
    if (!isWaiting(event) || event.direction !== 'remove') return event;
    const tags = lists[config.targets[event.target]?.list ?? '']?.tags ?? [];
    const { released, others } = releasedIn(event.ranges, tags, ledger);
    const going = [...released, ...(others.length === 0 ? [] : [{ ranges: others }])];
    return { ...event, risks: going.map((one) => riskOf(one, catalog, before)) };
  });
}

function isWaiting(
  event: DomainEvent,
): event is Extract<DomainEvent, { readonly kind: 'target-waits' | 'target-reminder' }> {
  return event.kind === 'target-waits' || event.kind === 'target-reminder';
}

/** What is to be told once, however many runs meet it: pauses and pins, orphans, entries of others, parts that wait. */
async function followTold(
  context: PlanContext,
  last: Ledger,
  before: Announced,
  planned: readonly Planned[],
  decisionState: DecisionState,
  { all }: Remembered,
  now: Date,
): Promise<{
  readonly asked: readonly PendingApproval[];
  readonly announced: Pick<Announced, 'foreign' | 'controls' | 'orphans'>;
  readonly events: readonly DomainEvent[];
}> {
  const plans = planned.map(({ plan }) => plan);
  const approvals = new Set(decisionState.active.approvals.map(({ decision }) => decision.id));
  // What was approved and written is no question any more, whatever becomes of its ranges later.
  const open = (last.asked ?? []).flatMap((question) => unansweredOf(question, decisionState.active));
  const waiting = trackPendingApprovals(open, plans, approvals, now);
  const foreign = followForeign(before.foreign, plans);
  const controls = announceControls(before.controls, decisionState.active);
  const orphans = followOrphans(
    before.orphans,
    all.map(({ target }) => target),
    configuredIds(context.loaded.config),
  );
  return {
    asked: waiting.asked,
    announced: { foreign: foreign.foreign, controls: controls.told, orphans: orphans.orphans },
    events: [...controls.events, ...orphans.events, ...foreign.events, ...waiting.events],
  };
}

/** Ids of the config, former ones among them: a renamed target is no orphan. */
function configuredIds({ targets }: Config): ReadonlySet<string> {
  return new Set(
    Object.entries(targets).flatMap(([id, { formerly }]) => (formerly === undefined ? [id] : [id, formerly])),
  );
}
