import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { announceControls } from '../core/decisions/in-effect.ts';
import type { DomainEvent } from '../core/event.ts';
import { gainsAfter } from '../core/judge/announced.ts';
import { followSource } from '../core/judge/follow-source.ts';
import { judge } from '../core/judge/judge.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { emptyLedger } from '../core/judge/ledger.ts';
import { messageOf } from '../core/message-of.ts';
import { followForeign } from '../core/plan/foreign-told.ts';
import type { Layout, Live } from '../core/plan/live.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import { passesNearLimit } from '../core/plan/near-limit.ts';
import { followOrphans } from '../core/plan/orphans.ts';
import { outcomesBeforeWriting, wholeTarget } from '../core/plan/outcomes.ts';
import { trackPendingApprovals } from '../core/plan/pending-approvals.ts';
import type { Planned } from '../core/plan/plan.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import type { Selection } from '../core/plan/selection.ts';
import type { Catalog } from '../core/publication/catalog.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import { TargetError } from '../ports/target.ts';
import { stage } from '../telemetry/telemetry.ts';
import type { ConfiguredTarget, RunContext } from './context.ts';
import { crossCheck } from './cross-check.ts';
import { applyAnswers, type DecisionState, loadDecisions, releasesWaitFor } from './decisions.ts';
import { type FetchResult, fetchAndAccept } from './fetch-publication.ts';
import { limitsOf } from './freshness-limits.ts';
import type { ResolvedList } from './lists.ts';
import { concurrency, mapConcurrent } from './map-concurrent.ts';
import { memoryOf } from './memory-of.ts';
import { planConfigured } from './plan-target.ts';
import { openPreflight } from './preflight.ts';
import { askRegistries, mergeRegistryReads, needsCatalog } from './registries.ts';
import { selectLists } from './selections.ts';
import { withSource } from './source-of-ledger.ts';

/** Everything a run knows before it writes anything. */
export interface Prepared {
  readonly taken: FetchResult;
  /** Name of the ledger in force; undefined before the first. */
  readonly before: string | undefined;
  readonly ledger: Ledger;
  /** False if the ledger in force says the same. */
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
 * Fetch, accept, judge, read every target, plan and guard. Sends no write request anywhere: a dry run is this and no
 * more. Every target is planned and judged before the first write of any.
 */
export async function planRun(
  context: RunContext,
  only: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  const { config } = context.loaded;
  const current = await context.ledgers.current();
  const stored = current?.ledger ?? emptyLedger(config.cloud);
  const decisionState = await loadDecisions(context);
  const { ledger: last, events: answered } = applyAnswers(stored, decisionState, context.now());
  const words = decisionState.words
    .filter((word) => word.kind === 'accept-publication')
    .filter(({ id }) => !decisionState.active.withdrawn.has(id));
  const [taken, answers] = await Promise.all([
    stage('fetch and accept', {}, () => fetchAndAccept(context, last, words, signal)),
    askRegistries(context, signal),
  ]);
  const atHand = taken.accepted?.catalog ?? taken.seen?.catalog;
  const matching = atHand ?? (needsCatalog(last, answers) ? await catalogInForce(context, last) : undefined);
  const now = context.now();
  const registries = mergeRegistryReads(last, answers, matching, now);
  const { lists, selections } = await stage('select lists', {}, async () =>
    selectLists(config, { registries: registries.known }, now),
  );
  const watch = Object.values(lists).flatMap((list) => list.tags);
  const newTags = !taken.accepted && watch.some((tag) => !last.tags.has(tag));
  const inForce = taken.seen?.catalog ?? (newTags ? (matching ?? (await catalogInForce(context, last))) : undefined);
  const followed = followSource({
    ledger: last,
    ...(taken.accepted && !taken.accepted.onlyTags ? { accepted: taken.accepted } : {}),
    notAccepted: taken.notAccepted,
    reached: taken.reached,
    answered: new Set(words.map(({ digest }) => digest)),
    selected: watch,
    limits: limitsOf(config),
    now,
  });
  const { freshness } = followed.state;
  const releasesWait = freshness === 'fresh' ? releasesWaitFor(decisionState) : `the source is ${freshness}`;
  const judged = judge({
    ledger: last,
    ...(taken.accepted ? { accepted: taken.accepted } : {}),
    ...(inForce ? { inForce } : {}),
    watch,
    policy: config.policy,
    now,
    ...(releasesWait === undefined ? {} : { releasesWait }),
  });
  const gains = gainsAfter(followed.state.gains, taken.accepted, judged.events, now);
  const checked = await crossCheck(context, { ...followed.state, gains }, taken, watch, signal);
  const source = { ...followed.state, gains, checks: checked.checks };
  const sourced = withSource(last, judged.ledger, taken, source);
  const ledger: Ledger = {
    ...sourced.ledger,
    ...(registries.known.length > 0 || sourced.ledger.registries ? { registries: registries.known } : {}),
  };
  const targets = [...context.targets.values()].filter(({ id }) => only === undefined || only.includes(id));
  const preflight = openPreflight(signal);
  const plans = await mapConcurrent(targets, concurrency, (target) =>
    stage('read and plan', { target: target.id, kind: target.definition.kind }, () =>
      readAndPlan(context, target, { ledger, lists, selections, decisionState, preflight }, signal),
    ),
  );
  const planned = plans.map((one) => one.planned).filter((one) => one !== undefined);
  const waiting = trackPendingApprovals(
    last.asked ?? [],
    planned.map(({ plan }) => plan),
    now,
  );
  const foreign = followForeign(
    last.foreign ?? {},
    planned.map(({ plan }) => plan),
  );
  const controls = announceControls(last.controls, decisionState.active);
  const remembered = (await context.targetRecords.all()).map(({ target }) => target);
  const { orphans, events: orphaned } = followOrphans(last.orphans ?? [], remembered, configuredIds(config));
  const ledgerChanged =
    sourced.changed ||
    registries.changed ||
    controls.events.length > 0 ||
    orphans.join() !== (last.orphans ?? []).join() ||
    waiting.events.length > 0 ||
    foreign.events.length > 0 ||
    !isDeepStrictEqual(waiting.asked, last.asked ?? []) ||
    last !== stored ||
    taken.accepted !== undefined ||
    judged.events.length > 0 ||
    judged.ledger.tags.size !== last.tags.size;
  const at = now.toISOString();
  return {
    taken,
    before: current?.name,
    ledger: ledgerChanged
      ? { ...ledger, asked: waiting.asked, foreign: foreign.foreign, controls: controls.told, orphans }
      : last,
    ledgerChanged,
    planned,
    memories: new Map(plans.flatMap(({ memory }) => (memory ? [[memory.target, memory] as const] : []))),
    lives: new Map(plans.flatMap(({ planned: one, live }) => (one && live ? [[one.plan.target, live] as const] : []))),
    decisionState: decisionState,
    events: [
      ...taken.events,
      ...registries.events,
      ...followed.events,
      ...checked.events,
      ...answered,
      ...judged.events,
      ...controls.events,
      ...orphaned,
      ...foreign.events,
      ...waiting.events,
      ...plans.flatMap((one) => one.events),
    ],
    outcomes: plans.flatMap(({ planned: one, failed }) => [
      ...(failed ? [failed] : []),
      ...(one ? outcomesBeforeWriting(one.plan, at) : []),
    ]),
  };
}

/** Ids of the config, former ones among them: a renamed target is nobody's orphan. */
function configuredIds({ targets }: Config): ReadonlySet<string> {
  return new Set(
    Object.entries(targets).flatMap(([id, { formerly }]) => (formerly === undefined ? [id] : [id, formerly])),
  );
}

/** The catalog in force, read again: only when a newly watched tag or a region needs it. */
async function catalogInForce(context: RunContext, last: Ledger): Promise<Catalog | undefined> {
  const { accepted } = last;
  if (!accepted) return undefined;
  const bytes = await context.publications.bytes(accepted.digest);
  if (!bytes) return undefined;
  const { file, provenance } = accepted;
  const read = readPublication(bytes, { file, provenance, firstSeen: accepted.date }, accepted.cloud);
  return read.ok ? read.catalog : undefined;
}

interface ReadAndPlanned {
  readonly planned?: Planned;
  readonly memory?: TargetMemory;
  readonly live?: Live;
  readonly failed?: Outcome;
  readonly events: readonly DomainEvent[];
}

/** What all targets of a run are planned on: found out once, however many they are. */
interface OfRun {
  readonly ledger: Ledger;
  readonly lists: Readonly<Record<string, ResolvedList>>;
  readonly selections: ReadonlyMap<string, Selection>;
  readonly decisionState: DecisionState;
  readonly preflight: ReturnType<typeof openPreflight>;
}

/** A target that cannot be read is a failed one, never an empty one. */
async function readAndPlan(
  context: RunContext,
  target: ConfiguredTarget,
  { ledger, lists, selections, decisionState, preflight }: OfRun,
  signal: AbortSignal,
): Promise<ReadAndPlanned> {
  const memory = await memoryOf(context, target.id);
  try {
    refuseUnknown(context, target.id, lists);
    const opened = await target.open();
    const read = await opened.read(signal);
    // What nothing is written to needs no look at what a write would reach, nor the right to it.
    const { identity } = context.loaded.config.targets[target.id] ?? {};
    const live = isReportOnly(context, target.id) ? read : await preflight(opened, read, identity);
    const selection = selections.get(context.loaded.config.targets[target.id]?.list ?? '');
    const planned = planConfigured(context, target, { selection, ledger, live, memory, decisionState });
    const layout = target.definition.layout(context.loaded.config.targets[target.id]?.settings ?? {});
    return { planned, live, ...(memory ? { memory } : {}), events: eventsOf(planned, memory, layout, live) };
  } catch (error) {
    if (signal.aborted) throw error;
    const said = messageOf(error);
    const unread = isReportOnly(context, target.id) && error instanceof TargetError && error.kind === 'forbidden';
    const text = unread ? `${said} ${reportsNeed}` : said;
    context.log('target could not be read', { target: target.id, error: text });
    const failed: Outcome = {
      target: target.id,
      subject: wholeTarget,
      result: 'failed',
      added: [],
      removed: [],
      text,
      writes: 0,
      at: context.now().toISOString(),
    };
    return { failed, events: [] };
  }
}

function isReportOnly(context: RunContext, target: string): boolean {
  return context.loaded.config.targets[target]?.mode === 'report-only';
}

/** A report that cannot be made is a failure, not a run without differences. */
const reportsNeed =
  'A report needs that right and no other: deploy with reportOnlyReads, have it given by whoever owns the resource, or take the target out of the config.';

/** Of a registry that was never read nobody knows what the list should hold; less than that must not be written. */
function refuseUnknown(context: RunContext, target: string, lists: Readonly<Record<string, ResolvedList>>): void {
  const name = context.loaded.config.targets[target]?.list ?? '';
  const unknown = lists[name]?.unknownRegistries ?? [];
  if (unknown.length === 0) return;
  throw new Error(
    `list ${name} follows ${unknown.join(', ')}, which was never read: nobody knows what it should hold, so nothing is written; see why it cannot be read, or name its login server and regions by hand in the config`,
  );
}

function eventsOf({ plan }: Planned, memory: TargetMemory | undefined, layout: Layout, live: Live): DomainEvent[] {
  const near = passesNearLimit(plan, memory, layout, live);
  const drifted = plan.parts.flatMap((part) =>
    part.steps
      .filter(({ cause }) => cause.kind === 'drift')
      .map(({ prefix }) => ({ direction: part.direction, prefix })),
  );
  const of = (direction: 'add' | 'remove') =>
    drifted.filter((one) => one.direction === direction).map((one) => one.prefix);
  const { unmarked } = plan;
  const events: DomainEvent[] = [];
  if (plan.refusals.length > 0) events.push({ kind: 'target-refused', target: plan.target, reasons: plan.refusals });
  if (drifted.length > 0 || unmarked) {
    events.push({
      kind: 'target-drift',
      target: plan.target,
      added: of('add'),
      removed: of('remove'),
      ...(plan.restores && plan.changes.length > 0 ? { whole: true } : {}),
      ...(unmarked ? { unmarked } : {}),
    });
  }
  if (near) events.push({ kind: 'target-near-limit', target: plan.target, ...near });
  return events;
}
