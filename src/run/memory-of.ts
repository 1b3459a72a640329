import type { DecisionRef, TargetMemory } from '../core/plan/memory.ts';
import type { PlanContext } from './context.ts';
import type { DecisionState } from './decisions.ts';

/** What a target remembers, also under the id it had before. */
export async function memoryOf(
  context: Pick<PlanContext, 'targetRecords' | 'loaded'>,
  target: string,
): Promise<TargetMemory | undefined> {
  const memory = await context.targetRecords.get(target);
  const formerly = context.loaded.config.targets[target]?.formerly;
  if (memory || formerly === undefined) return memory;
  const former = await context.targetRecords.get(formerly);
  return former && { ...former, target };
}

/** Decisions as memory and history name them, by id. */
export function decisionRefs({ words }: Pick<DecisionState, 'words'>): ReadonlyMap<string, DecisionRef> {
  return new Map(
    words.map(({ id, by, at, why, ...word }) => [
      id,
      { id, by: by.name, at, why, ...('ticket' in word && word.ticket !== undefined ? { ticket: word.ticket } : {}) },
    ]),
  );
}
