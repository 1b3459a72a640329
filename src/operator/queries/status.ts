import { prefixesOf } from '../../core/address/sets.ts';
import type { ActiveDecisions } from '../../core/decisions/in-effect.ts';
import { currentFreshness } from '../../core/judge/follow-source.ts';
import { emptyLedger, type Ledger } from '../../core/judge/ledger.ts';
import type { AnnouncedGain } from '../../core/judge/source-state.ts';
import type { ToldForeign } from '../../core/plan/announced.ts';
import { type Layout, roomOf } from '../../core/plan/live.ts';
import type { TargetMemory } from '../../core/plan/memory.ts';
import { declinedFor, missingRanges } from '../../core/plan/missing.ts';
import type { Outcome, Plan } from '../../core/plan/plan-types.ts';
import type { Selection } from '../../core/plan/selection.ts';
import { daysSince, timeLeft } from '../../core/publication/freshness.ts';
import { whoHasIt } from '../../feeds/keep-feeds.ts';
import { registryTroubles } from '../../messages/registry.ts';
import { unlessDamaged } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { type DecisionState, readDecisions } from '../../run/decisions.ts';
import { limitsOf } from '../../run/judge-publication.ts';
import { selectLists } from '../../run/lists.ts';
import { viewOfRun } from '../../run/view.ts';
import type { SourceView, StatusView } from '../operator.ts';
import { openHolds } from './holds.ts';

/** Current status, from what is stored: no target is read for it. */
export async function statusOfAll(context: RunContext): Promise<StatusView> {
  const { config } = context.loaded;
  const now = context.now();
  const current = await context.ledgers.current();
  const ledger = current?.ledger ?? emptyLedger(config.cloud);
  const decisionState = await readDecisions(context);
  const source = await sourceViewOf(context, ledger, decisionState);
  const holds = await openHolds(context, ledger, decisionState);
  const [lastRun] = await context.runs.list(1);
  const view = lastRun && viewOfRun(lastRun, config);
  const targets = await Promise.all(
    [...context.targets.values()].map(async ({ id, definition }) => {
      const plan = lastRun && (await unlessDamaged(context.runs.plan(lastRun, id)));
      const paused = decisionState.active.paused ?? decisionState.active.pausedTargets.get(id);
      const waiting = plan?.parts.flatMap(({ verdict }) => (verdict.kind === 'go' ? [] : verdict.reasons)) ?? [];
      return {
        ...(view?.targets.find((target) => target.id === id) ?? {
          id,
          kind: definition.kind,
          list: config.targets[id]?.list ?? '',
          status: 'no-change' as const,
          outcomes: [],
        }),
        ...(paused ? { paused } : {}),
        reasons: plan && plan.refusals.length > 0 ? plan.refusals : waiting,
        ...foreignOf(current?.announced.foreign[id], plan),
        ...fillOf(plan, definition.layout(config.targets[id]?.settings ?? {}), lastRun?.outcomes ?? []),
      };
    }),
  );
  const troubles = registryTroubles(ledger.registries ?? []);
  return {
    instance: config.instance,
    cloud: config.cloud,
    at: now.toISOString(),
    ...(ledger.accepted ? { publication: ledger.accepted } : {}),
    freshness: source.freshness,
    source,
    ...(decisionState.active.paused ? { paused: decisionState.active.paused } : {}),
    ...(decisionState.active.pin ? { pin: decisionState.active.pin } : {}),
    openHolds: holds.length,
    questions: holds.filter(({ questions, answered }) => questions.length > 0 && !answered).length,
    ...(troubles.length > 0 ? { troubles } : {}),
    targets,
    ...(view ? { lastRun: view } : {}),
  };
}

/** Beyond this a number is no limit: the kind has none that counts in entries. */
const mostRoom = 1_000_000;

/** How full a target is after a run: units that were written as planned, the others as they were read. */
function fillOf(
  plan: Plan | undefined,
  layout: Layout,
  outcomes: readonly Outcome[],
): Pick<StatusView['targets'][number], 'fill'> {
  if (plan === undefined) return {};
  const written = new Set(
    outcomes.filter(({ target, result }) => target === plan.target && result === 'done').map(({ subject }) => subject),
  );
  const units = new Map(plan.base.map(({ key, entries }) => [key, entries]));
  for (const { key, entries } of plan.expected) if (written.has(key)) units.set(key, entries);
  const room = roomOf(layout, plan.limit);
  const entries = [...units.values()].reduce((sum, one) => sum + one, 0);
  return { fill: { entries, ...(room > mostRoom ? {} : { room }) } };
}

/** How many entries a view names. */
const maxNamed = 20;

function foreignOf(
  told: readonly ToldForeign[] | undefined,
  plan: Plan | undefined,
): Pick<StatusView['targets'][number], 'foreign'> {
  if (!told) return {};
  const entries = told.slice(0, maxNamed).map(({ entry }) => entry);
  return { foreign: { count: told.length, entries, broad: plan?.broad ?? [] } };
}

/** Source health now, and which target has what was announced, from what is stored. */
async function sourceViewOf(context: RunContext, ledger: Ledger, { active }: DecisionState): Promise<SourceView> {
  const { accepted, source } = ledger;
  const now = context.now();
  if (!accepted || !source) return { freshness: 'none', gains: [] };
  const freshness = currentFreshness(accepted, source.suspect !== undefined, {
    limits: limitsOf(context.loaded.config),
    now,
  });
  const memories = new Map((await context.targetRecords.all()).map((memory) => [memory.target, memory]));
  const devices = await whoHasIt(context);
  const { selections } = selectLists(context.loaded.config, ledger, now);
  return {
    freshness,
    // Between runs the state may have moved on; only the next run knows when it saw that first.
    ...(freshness === source.freshness ? { since: source.since } : {}),
    newestDate: accepted.date,
    ageDays: daysSince(accepted.date, now),
    ...(source.suspect ? { suspect: source.suspect } : {}),
    ...(source.unreachableSince === undefined ? {} : { unreachableSince: source.unreachableSince }),
    gains: source.gains.map((gain) => ({
      ...gain,
      leftMs: timeLeft(gain, now),
      targets: targetsOf(context, { selections, ledger, active, memories }, gain).map((one) => {
        const pulled = devices.get(one.target);
        return pulled ? { ...one, devices: pulled } : one;
      }),
    })),
  };
}

/** What is the same whichever gain is asked about. */
interface Known {
  readonly selections: ReadonlyMap<string, Selection>;
  readonly ledger: Ledger;
  readonly active: ActiveDecisions;
  readonly memories: ReadonlyMap<string, TargetMemory>;
}

function targetsOf(
  context: RunContext,
  { selections, ledger, active, memories }: Known,
  gain: AnnouncedGain,
): SourceView['gains'][number]['targets'] {
  const { config } = context.loaded;
  return Object.entries(config.targets).flatMap(([id, { list, settings }]) => {
    const selection = selections.get(list);
    const families = context.targets.get(id)?.definition.layout(settings).families ?? [];
    if (!selection?.tags.includes(gain.tag) || context.targets.get(id)?.definition.holds === 'names') return [];
    const lacking = prefixesOf(
      missingRanges([gain], {
        selection,
        families,
        ledger,
        memory: memories.get(id),
        plan: undefined,
        outcomes: [],
        pinned: false,
        declined: declinedFor(id, active),
        now: context.now(),
      }),
    );
    return [{ target: id, has: lacking.length === 0, lacking }];
  });
}
