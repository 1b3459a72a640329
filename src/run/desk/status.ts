import { emptyLedger } from '../../core/judge/effective.ts';
import type { ToldForeign } from '../../core/judge/ledger.ts';
import type { Plan } from '../../core/plan/plan-types.ts';
import type { Parts } from '../parts.ts';
import { readSaid } from '../said.ts';
import { viewOfRun } from '../view.ts';
import type { StatusView } from '../views.ts';
import { openHolds } from './open-holds.ts';
import { sourceViewOf } from './source-view.ts';

/** Where everything stands, from what is stored: no target is read for it. */
export async function statusOfAll(parts: Parts): Promise<StatusView> {
  const { config } = parts.loaded;
  const now = parts.now();
  const ledger = (await parts.ledgers.current())?.ledger ?? emptyLedger(config.cloud);
  const said = await readSaid(parts);
  const source = await sourceViewOf(parts, ledger);
  const holds = await openHolds(parts, ledger, said);
  const [lastRun] = await parts.runs.list(1);
  const view = lastRun && viewOfRun(lastRun, config);
  const targets = await Promise.all(
    [...parts.targets.values()].map(async ({ id, definition }) => {
      const plan = lastRun && (await parts.runs.plan(lastRun.intent.run, id));
      const paused = said.inForce.paused ?? said.inForce.pausedTargets.get(id);
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
    ...(said.inForce.paused ? { paused: said.inForce.paused } : {}),
    ...(said.inForce.pin ? { pin: said.inForce.pin } : {}),
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
