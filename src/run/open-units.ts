import { openSubjects, wholeTarget } from '../core/plan/outcomes.ts';
import type { RunRecord } from '../ports/runs.ts';
import type { ApplyContext } from './context.ts';

/** Units of a target whose outcome is still missing; the plan is read only where the intent does not name them. */
export async function openUnits(
  context: Pick<ApplyContext, 'runs'>,
  { intent, outcomes }: RunRecord,
  target: string,
): Promise<readonly string[]> {
  const subjects = intent.subjects?.[target];
  if (subjects === undefined) {
    const plan = await context.runs.plan(intent.run, target);
    return plan ? openSubjects(plan, outcomes) : [];
  }
  const known = new Set(outcomes.filter((outcome) => outcome.target === target).map(({ subject }) => subject));
  return known.has(wholeTarget) ? [] : subjects.filter((subject) => !known.has(subject));
}
