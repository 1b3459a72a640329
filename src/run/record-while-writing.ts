import type { TargetMemory } from '../core/plan/memory.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import type { TargetError } from '../ports/target.ts';
import { memoryOf } from './plan-targets.ts';
import type { Applying, InHand } from './verify.ts';

/**
 * Of a shared list, what is about to be written goes on record first: nothing in the list itself tells ours from theirs,
 * and an entry that we wrote and did not note would stay there without an end. Whether it wrote anything on record.
 */
export async function claimEntries({ context }: Pick<Applying, 'context'>, { plan, holds }: InHand): Promise<boolean> {
  if (plan.wrote === undefined || plan.changes.length === 0) return false;
  const { before, known } = await recordOf(context, plan, holds);
  const claimed = [...new Set([...(known.claimed ?? []), ...plan.wrote])];
  await context.targetRecords.put({ ...known, claimed }, { before });
  return true;
}

/**
 * How many entries Azure takes, by the answer with which it refused more: every plan from now on is made within that, until
 * more are there or the config says otherwise. Nothing to do for any other refusal.
 */
export async function recordLimit(
  { context, configured }: Pick<Applying, 'context' | 'configured'>,
  { plan, holds }: InHand,
  { limit: most }: TargetError,
): Promise<void> {
  if (most === undefined) return;
  const { limit } = configured.definition.layout(context.loaded.config.targets[configured.id]?.settings ?? {});
  if (limit === undefined) return;
  const { before, known } = await recordOf(context, plan, holds);
  const at = context.now().toISOString();
  const set = limit.set === undefined ? {} : { set: limit.set };
  await context.targetRecords.put({ ...known, limit: { most, at, ...set } }, { before });
  context.log('Azure takes fewer entries than the config says', { target: plan.target, most });
}

/**
 * What was read of a target under its own id, and what it remembers: under the id that it had before, if it has nothing yet;
 * before the first write of all, what it begins with.
 */
async function recordOf(
  context: Pick<Applying['context'], 'targetRecords' | 'loaded'>,
  { target, kind }: Pick<Plan, 'target' | 'kind'>,
  holds: InHand['holds'] = [],
): Promise<{ readonly before: TargetMemory | undefined; readonly known: TargetMemory }> {
  const before = await context.targetRecords.get(target);
  const known = before ?? (await memoryOf(context, target));
  return { before, known: known ?? { target, kind, grants: [], tags: [], followed: {}, holds, unread: true } };
}
