import { openSubjects, unfinished, wholeTarget } from '../core/plan/outcomes.ts';
import type { Outcome, Plan } from '../core/plan/plan-types.ts';
import type { RunRecord } from '../ports/runs.ts';
import { StoredFormatError } from '../ports/store.ts';
import type { ApplyContext } from './context.ts';

/** Records a failed outcome, with this reason, for everything of these targets that has none yet. */
export async function failRemaining(
  context: ApplyContext,
  record: RunRecord,
  targets: readonly string[],
  text: string,
): Promise<void> {
  const { run } = record.intent;
  for (const target of targets) {
    const plan = await recordedPlan(context, record, target);
    if (!plan) continue;
    const missing = missingOutcomes(context, plan, record.outcomes, text);
    if (missing.length === 0) continue;
    // What a worker that started on it wrote is not known.
    const resumed = (await context.runs.begin(run, target)) === 'again';
    for (const outcome of missing)
      await context.runs.insertOutcome(run, { ...outcome, ...(resumed ? { resumed } : {}) });
  }
}

/**
 * The recorded plan of a target that an open run writes; undefined if it is gone (it was recorded with the run), or if it
 * cannot be ours: then the target fails, and no other does.
 */
export async function recordedPlan(
  context: Pick<ApplyContext, 'runs' | 'log' | 'now'>,
  record: Pick<RunRecord, 'intent'>,
  target: string,
): Promise<Plan | undefined> {
  const { run } = record.intent;
  try {
    const plan = await context.runs.plan(record, target);
    if (plan === undefined) await failWithoutPlan(context, run, target, 'is gone');
    return plan;
  } catch (error) {
    if (!(error instanceof StoredFormatError)) throw error;
    await failWithoutPlan(context, run, target, `is damaged and counts for nothing (${error.message})`);
    return undefined;
  }
}

async function failWithoutPlan(
  context: Pick<ApplyContext, 'runs' | 'log' | 'now'>,
  run: string,
  target: string,
  what: string,
): Promise<void> {
  context.log('the plan of a target cannot be used, nothing of it is carried out', { run, target, what });
  await context.runs.insertOutcome(run, {
    target,
    subject: wholeTarget,
    result: 'failed',
    added: [],
    removed: [],
    text: `the recorded plan ${what}; the next run plans anew`,
    error: { kind: 'internal' },
    writes: 0,
    at: context.now().toISOString(),
  });
}

function missingOutcomes(
  context: ApplyContext,
  plan: Plan,
  known: readonly Outcome[],
  text: string,
): readonly Outcome[] {
  const missing = new Set(openSubjects(plan, known));
  return unfinished(plan, 'failed', text, context.now()).filter(({ subject }) => missing.has(subject));
}

/** Units of a target whose outcome is still missing; the plan is read only where the intent does not name them. */
export async function openUnits(
  context: Pick<ApplyContext, 'runs' | 'log' | 'now'>,
  { intent, outcomes }: RunRecord,
  target: string,
): Promise<readonly string[]> {
  const subjects = intent.subjects?.[target];
  if (subjects === undefined) {
    const plan = await recordedPlan(context, { intent }, target);
    return plan ? openSubjects(plan, outcomes) : [];
  }
  const known = new Set(outcomes.filter((outcome) => outcome.target === target).map(({ subject }) => subject));
  return known.has(wholeTarget) ? [] : subjects.filter((subject) => !known.has(subject));
}
