import type { Live } from '../core/plan/live.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import { readBack } from '../core/plan/read-back.ts';
import type { Intent } from '../ports/runs.ts';
import type { Change } from '../ports/store.ts';

/** The steps that are true of the target now, of the plan as recorded and as made again, oldest first. */
export function changesOf(
  plans: readonly Plan[],
  before: TargetMemory | undefined,
  live: Live,
  intent: Pick<Intent, 'run'>,
  at: string,
): Change[] {
  const seen = new Set<string>();
  return plans.flatMap((one) => {
    const { target, list } = one;
    const { added, removed } = readBack(one, before, live);
    const of = (direction: Change['direction'], steps: typeof added) =>
      steps.flatMap(({ prefix, cause, decisions }): Change[] => {
        if (seen.has(`${direction} ${prefix}`)) return [];
        seen.add(`${direction} ${prefix}`);
        const decided = decisions === undefined ? {} : { decisions };
        return [{ target, list, run: intent.run, at, direction, prefix, cause, ...decided }];
      });
    return [...of('add', added), ...of('remove', removed)];
  });
}
