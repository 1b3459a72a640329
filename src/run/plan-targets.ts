import type { AcceptedRisk } from '../config/config.ts';
import { messageOf } from '../core/errors.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { passesNearLimit } from '../core/plan/fit.ts';
import { type Layout, type Live, type Problem, withinLearned } from '../core/plan/live.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import { wholeTarget } from '../core/plan/outcomes.ts';
import { type Planned, planTarget } from '../core/plan/plan.ts';
import { type Outcome, refusedBecause } from '../core/plan/plan-types.ts';
import type { Selection } from '../core/plan/selection.ts';
import type { Remembered } from '../ports/store.ts';
import type { Inspected, TargetReader } from '../ports/target.ts';
import { outcomeErrorOf, TargetError } from '../ports/target.ts';
import { stage } from '../telemetry/telemetry.ts';
import type { PlanContext, ReadableTarget } from './context.ts';
import type { DecisionState } from './decisions.ts';
import type { Judged } from './judge-publication.ts';
import type { ResolvedList } from './lists.ts';
import { planControlOf } from './plan-control.ts';

/**
 * Looks at every firewall and policy that a write of a target would reach, and adds what is wrong there to the target's
 * own problems. One of these serves a whole run: each resource is read once an identity, however many targets share it.
 * What one identity may read, and what is denied to it, says nothing of another one.
 */
export function openPreflight(
  signal: AbortSignal,
): (target: TargetReader, live: Live, identity: string | undefined) => Promise<Live> {
  const known = new Map<string, Promise<Inspected>>();
  return async (target, live, identity = '') => {
    const seen = new Set<string>();
    const problems: Problem[] = [];
    const queue = [...(live.behind ?? [])];
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      // ARM ids are compared without regard to case.
      const key = id.toLowerCase();
      if (seen.has(key) || !target.inspect) continue;
      seen.add(key);
      const look = `${identity} ${key}`;
      const asked = known.get(look) ?? target.inspect(id, signal);
      known.set(look, asked);
      const inspected = await asked;
      problems.push(...inspected.problems);
      queue.push(...inspected.behind);
    }
    return problems.length === 0 ? live : { ...live, problems: [...live.problems, ...problems] };
  };
}

/** What one target is planned on. */
interface PlanBasis {
  /** What its list selects; undefined if the config names none. */
  readonly selection: Selection | undefined;
  readonly ledger: Ledger;
  readonly live: Live;
  readonly memory: TargetMemory | undefined;
  readonly decisionState: DecisionState;
}

/** Plans one configured target on a live state just read. */
export function planConfigured(
  context: PlanContext,
  target: ReadableTarget,
  { selection, ledger, live, memory, decisionState }: PlanBasis,
): Planned {
  const { config, hash } = context.loaded;
  const settings = config.targets[target.id];
  if (!settings || !selection) throw new Error(`target ${target.id} names no list of the config`);
  const { mode, adopt, foreignEntries, maxOverGrant, accept } = settings;
  const { holds, shared, direction } = target.definition;
  const expired = accept?.expires !== undefined && accept.expires <= context.now().toISOString().slice(0, 10);
  return planTarget({
    target: {
      id: target.id,
      kind: settings.kind,
      mode,
      adopt,
      foreignEntries,
      maxOverGrant,
      direction,
      shared: shared === true,
      ...(holds === undefined ? {} : { holds }),
    },
    mark: target.mark,
    ...(settings.formerly === undefined ? {} : { formerMark: `${config.instance}/${settings.formerly}` }),
    layout: layoutOf(context, target, memory, live),
    selection,
    ledger,
    memory,
    live: expired ? { ...live, problems: [...live.problems, acceptanceOver(accept)] } : live,
    now: context.now(),
    policy: config.policy,
    config: hash,
    control: planControlOf(decisionState, target.id, settings, ledger, context.now()),
  });
}

/** How a target lays its entries out, within what Azure said that it takes. */
export function layoutOf(
  { loaded }: Pick<PlanContext, 'loaded'>,
  { id, definition }: Pick<ReadableTarget, 'id' | 'definition'>,
  memory: TargetMemory | undefined,
  live: Live,
): Layout {
  return withinLearned(definition.layout(loaded.config.targets[id]?.settings ?? {}), memory?.limit, live);
}

/** An accepted risk that has expired lets nothing further in; what is there stays. */
function acceptanceOver({ risk, owner, expires = '' }: AcceptedRisk): Problem {
  return {
    code: 'acceptance-expired',
    text: `The risk "${risk}" of this target was accepted until ${expires}.`,
    next: `Ask ${owner} whether it still is: set a later \`expires\` in \`accept\`, or remove the target.`,
  };
}

/** What came of one target: a plan, or why there is none. */
export interface TargetPlan {
  readonly planned?: Planned;
  readonly memory?: TargetMemory;
  readonly live?: Live;
  readonly failed?: Outcome;
  readonly events: readonly DomainEvent[];
}

/** What all targets of a run are planned on: found out once, however many they are. */
interface RunBasis extends Pick<Judged, 'ledger' | 'lists' | 'selections'> {
  readonly decisionState: DecisionState;
  readonly remembered: Remembered;
}

/** Reads and plans every target of a run, some at a time. All of them are planned before the first is written. */
export function planTargets(
  context: PlanContext,
  only: readonly string[] | undefined,
  basis: RunBasis,
  signal: AbortSignal,
): Promise<readonly TargetPlan[]> {
  const targets = [...context.targets.values()].filter(({ id }) => only === undefined || only.includes(id));
  const preflight = openPreflight(signal);
  return mapConcurrent(targets, concurrency, (target) =>
    stage('read and plan', { target: target.id, kind: target.definition.kind }, () =>
      readAndPlan(context, target, { ...basis, preflight }, signal),
    ),
  );
}

/** A target that cannot be read is a failed one, never an empty one. */
async function readAndPlan(
  context: PlanContext,
  target: ReadableTarget,
  {
    ledger,
    lists,
    selections,
    decisionState,
    remembered,
    preflight,
  }: RunBasis & { readonly preflight: ReturnType<typeof openPreflight> },
  signal: AbortSignal,
): Promise<TargetPlan> {
  try {
    const memory = recall(context, target.id, remembered);
    refuseUnknown(context, target.id, lists);
    const opened = await target.open();
    const read = await opened.read(signal);
    // What nothing is written to needs no look at what a write would reach, nor the right to it.
    const { identity } = context.loaded.config.targets[target.id] ?? {};
    const live = isReportOnly(context, target.id) ? read : await preflight(opened, read, identity);
    const selection = selections.get(context.loaded.config.targets[target.id]?.list ?? '');
    const planned = planConfigured(context, target, { selection, ledger, live, memory, decisionState });
    const layout = layoutOf(context, target, memory, live);
    return { planned, live, ...(memory ? { memory } : {}), events: eventsOf(planned, memory, layout, live) };
  } catch (error) {
    if (signal.aborted) throw error;
    const message = messageOf(error);
    const unread = isReportOnly(context, target.id) && error instanceof TargetError && error.kind === 'forbidden';
    const text = unread ? `${message} ${reportsNeed}` : message;
    context.log('target could not be read', { target: target.id, error: text });
    const failed: Outcome = {
      target: target.id,
      subject: wholeTarget,
      result: 'failed',
      added: [],
      removed: [],
      text,
      error: outcomeErrorOf(error),
      writes: 0,
      at: context.now().toISOString(),
    };
    return { failed, events: [] };
  }
}

function isReportOnly(context: PlanContext, target: string): boolean {
  return context.loaded.config.targets[target]?.mode === 'report-only';
}

/** A report that cannot be made is a failure, not a run without differences. */
const reportsNeed =
  'A report needs that right and no other: deploy with reportOnlyReads, have the owner of the resource grant it, or take the target out of the config.';

/** What a list should hold is not known while one of its registries was never read; less must not be written. */
function refuseUnknown(context: PlanContext, target: string, lists: Readonly<Record<string, ResolvedList>>): void {
  const name = context.loaded.config.targets[target]?.list ?? '';
  const unknown = lists[name]?.unknownRegistries ?? [];
  if (unknown.length === 0) return;
  throw new Error(
    `list ${name} follows ${unknown.join(', ')}, which was never read: what it should hold is not known, so nothing is written; see why it cannot be read, or name its login server and regions by hand in the config`,
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
  const refused = refusedBecause(plan);
  if (refused.length > 0) {
    const inPart = plan.refusals.length === 0 ? ({ inPart: true } as const) : {};
    events.push({ kind: 'target-refused', target: plan.target, reasons: refused, ...inPart });
  }
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

/** What a target remembers, also under the id it had before. */
export async function memoryOf(
  context: Pick<PlanContext, 'targetRecords' | 'loaded'>,
  target: string,
): Promise<TargetMemory | undefined> {
  const memory = await context.targetRecords.get(target);
  const formerly = context.loaded.config.targets[target]?.formerly;
  return memory || formerly === undefined ? memory : renamed(await context.targetRecords.get(formerly), target);
}

/** The same of what was read at once for all targets. */
function recall({ loaded }: Pick<PlanContext, 'loaded'>, target: string, { of }: Remembered): TargetMemory | undefined {
  const formerly = loaded.config.targets[target]?.formerly;
  return of(target) ?? (formerly === undefined ? undefined : renamed(of(formerly), target));
}

function renamed(former: TargetMemory | undefined, target: string): TargetMemory | undefined {
  return former && { ...former, target };
}

/** As Promise.all over `map`, with at most `most` at once; results in the order of the items. The first failure wins. */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  most: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await map(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}

/** Requests at once to the store, and to Azure: more of them wait for each other there. */
export const concurrency = 16;
