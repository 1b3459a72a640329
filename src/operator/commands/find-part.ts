import type { Plan, PlanPart } from '../../core/plan/plan-types.ts';
import { plansRemovedText } from '../../messages/publication.ts';
import type { RunRecord } from '../../ports/runs.ts';
import { StoredFormatError } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { RequestError } from '../../run/service.ts';

interface FoundPart {
  readonly record: RunRecord;
  readonly plan: Plan;
  readonly part: PlanPart;
  /** False if a newer run planned the target again: what it found is what counts now. */
  readonly newest: boolean;
}

/** How many runs back a plan is looked for: two weeks at four a day. */
export const maxRuns = 60;

/**
 * The newest plan that has the part; undefined if none of the latest runs planned it. What waits is in the newest run, as a rule:
 * runs are read one after the other, and no further than to it.
 */
export async function findPart(context: RunContext, id: string): Promise<FoundPart | undefined> {
  const seen = new Set<string>();
  const { runs } = await context.runs.page(maxRuns);
  for (const { run, targets } of runs) {
    const plans = new Map((await context.runs.plans(run)).map((plan) => [plan.target, plan]));
    for (const { id: target } of targets) {
      // One that is not among them is damaged, or was never made.
      const plan = plans.get(target) ?? (await readPlan(context, run, target));
      // What a damaged plan had is not known: an older one does not take its place.
      if (plan === 'damaged') seen.add(target);
      if (plan === undefined || plan === 'damaged') continue;
      const part = plan.parts.find((one) => one.id === id);
      const record = part && (await context.runs.get(run));
      if (part && record) return { record, plan, part, newest: !seen.has(target) };
      seen.add(target);
    }
  }
  return undefined;
}

/** A plan of a run; `damaged` for one that this service cannot have written, which must not keep others from being found. */
export async function readPlan(
  { runs }: Pick<RunContext, 'runs'>,
  run: string,
  target: string,
): Promise<Plan | 'damaged' | undefined> {
  try {
    return await runs.plan(run, target);
  } catch (error) {
    if (error instanceof StoredFormatError) return 'damaged';
    throw error;
  }
}

/** A plan by `run/target`. Throws RequestError where the plans of the run are no longer kept. */
export async function findPlan(
  context: RunContext,
  run: string,
  target: string,
): Promise<{ record: RunRecord; plan: Plan } | undefined> {
  const record = await context.runs.get(run);
  const plan = record && (await context.runs.plan(record, target));
  if (record && plan) return { record, plan };
  const removed = record && (await context.retention.plansRemoved(run));
  if (removed !== undefined) throw new RequestError(plansRemovedText(run, removed));
  return undefined;
}
