import type { ToldForeign } from '../../core/judge/ledger.ts';
import { emptyLedger } from '../../core/judge/ledger.ts';
import type { Plan } from '../../core/plan/plan-types.ts';
import type { RunContext } from '../../run/context.ts';
import { loadDecisions } from '../../run/decisions.ts';
import { viewOfRun } from '../../run/view.ts';
import type { StatusView } from '../views.ts';
import { openHolds } from './holds.ts';
import { sourceViewOf } from './source.ts';

/** Where everything stands, from what is stored: no target is read for it. */
export async function statusOfAll(context: RunContext): Promise<StatusView> {
  const { config } = context.loaded;
  const now = context.now();
  const ledger = (await context.ledgers.current())?.ledger ?? emptyLedger(config.cloud);
  const decisionState = await loadDecisions(context);
  const source = await sourceViewOf(context, ledger);
  const holds = await openHolds(context, ledger, decisionState);
  const [lastRun] = await context.runs.list(1);
  const view = lastRun && viewOfRun(lastRun, config);
  const targets = await Promise.all(
    [...context.targets.values()].map(async ({ id, definition }) => {
      const plan = lastRun && (await context.runs.plan(lastRun.intent.run, id));
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
        ...foreignOf(ledger.foreign?.[id], plan),
      };
    }),
  );
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
    targets,
    ...(view ? { lastRun: view } : {}),
  };
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
