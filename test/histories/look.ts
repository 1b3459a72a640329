import type { Plan } from '../../src/core/plan/plan-types.ts';
import { movesAgree } from './moves-agree.ts';
import { type Lives, livesOf, type Seen } from './seen.ts';
import type { ConfigPlan } from './world/config-plan.ts';
import type { World } from './world/world.ts';

/** A run that was asked for, and others that follow from it. */
const maxRuns = 2;
const maxChanges = 200;

/** What is known of the time since the last look. */
interface Around {
  readonly before: Lives;
  /** What a target held when another writer changed it in the middle of a run. */
  readonly interfered: ReadonlyMap<string, Lives>;
  readonly disturbed: ReadonlySet<string>;
  readonly killed: boolean;
}

/** Looks at the service from outside, and at what it writes. `known`: runs that were looked at. */
export async function look(
  world: World,
  config: ConfigPlan,
  known: ReadonlySet<string>,
  { before: start, interfered, disturbed, killed }: Around,
): Promise<Seen> {
  const opened = await world.open();
  const { service, desk } = opened;
  let views = await service.runs(maxRuns);
  // As a rule there is one: all that are new are looked at.
  if (!views.some(({ run }) => known.has(run))) views = await service.runs(4 * maxRuns);
  const runs = views.filter(({ run }) => !known.has(run)).reverse();
  const plans = new Map<string, Plan>();
  for (const view of runs) {
    for (const { id, outcomes } of view.targets) {
      plans.delete(id);
      if (!outcomes.some(({ result }) => result === 'waiting')) continue;
      const found = await desk.plan(`${view.run}/${id}`);
      if (found) plans.set(id, found.plan);
    }
  }
  const ids = new Set(runs.map(({ run }) => run));
  const wrote = killed || runs.some(({ targets }) => targets.some((one) => one.outcomes.some(isDone)));
  const changes = wrote ? (await desk.changes({ most: maxChanges })).changes.filter(({ run }) => ids.has(run)) : [];
  const differ = wrote ? await movesAgree(world, opened) : undefined;
  const before = new Map(start);
  for (const [id, lives] of interfered) before.set(id, lives.get(id) ?? []);
  const after = await livesOf(world, config, opened);
  const holds = await desk.holds();
  return { runs, read: start, before, after, plans, holds, changes, disturbed, killed, ...(differ && { differ }) };
}

function isDone({ result }: { readonly result: string }): boolean {
  return result === 'done' || result === 'failed' || result === 'superseded';
}
