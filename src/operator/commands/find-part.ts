import type { Plan, PlanPart } from '../../core/plan/plan-types.ts';
import type { RunRecord } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';

interface FoundPart {
  readonly record: RunRecord;
  readonly plan: Plan;
  readonly part: PlanPart;
  /** False if a newer run planned the target again: what it found is what counts now. */
  readonly newest: boolean;
}

/** How many runs back a plan is looked for: two weeks at four a day. */
export const maxRuns = 60;

/** The newest plan that has the part; undefined if none of the latest runs planned it. */
export async function findPart(context: RunContext, id: string): Promise<FoundPart | undefined> {
  const seen = new Set<string>();
  for (const record of await context.runs.list(maxRuns)) {
    for (const target of record.intent.targets) {
      const plan = await context.runs.plan(record.intent.run, target);
      if (!plan) continue;
      const part = plan.parts.find((one) => one.id === id);
      if (part) return { record, plan, part, newest: !seen.has(target) };
      seen.add(target);
    }
  }
  return undefined;
}

/** A plan by `run/target`. */
export async function findPlan(
  context: RunContext,
  run: string,
  target: string,
): Promise<{ record: RunRecord; plan: Plan } | undefined> {
  const record = await context.runs.get(run);
  const plan = record && (await context.runs.plan(run, target));
  return record && plan && { record, plan };
}
