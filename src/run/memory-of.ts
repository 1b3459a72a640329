import type { DecisionRef, TargetMemory } from '../core/plan/memory.ts';
import type { Parts } from './parts.ts';
import type { Said } from './said.ts';

/** What a target remembers, also under the id it had before. */
export async function memoryOf(
  parts: Pick<Parts, 'targetRecords' | 'loaded'>,
  target: string,
): Promise<TargetMemory | undefined> {
  const memory = await parts.targetRecords.get(target);
  const formerly = parts.loaded.config.targets[target]?.formerly;
  if (memory || formerly === undefined) return memory;
  const former = await parts.targetRecords.get(formerly);
  return former && { ...former, target };
}

/** Decisions as memory and history name them, by id. */
export function decisionRefs({ words }: Pick<Said, 'words'>): ReadonlyMap<string, DecisionRef> {
  return new Map(
    words.map(({ id, by, at, why, ...word }) => [
      id,
      { id, by: by.name, at, why, ...('ticket' in word && word.ticket !== undefined ? { ticket: word.ticket } : {}) },
    ]),
  );
}
