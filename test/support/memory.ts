import { entriesOf } from '../../src/core/plan/entries.ts';
import type { TargetMemory } from '../../src/core/plan/memory.ts';

/** What a target remembers that has had `owned` since some publication. */
export function memoryWith(owned: readonly string[], more: Partial<TargetMemory> = {}): TargetMemory {
  return {
    target: 'hub',
    kind: 'box',
    grants:
      owned.length === 0
        ? []
        : [
            {
              entries: entriesOf(owned),
              cause: { kind: 'publication', changeNumber: 200, tag: 'Storage.WestUS' },
              since: '2024-01-02T00:00:00.000Z',
              run: 'run-0',
            },
          ],
    tags: [],
    followed: {},
    holds: [],
    ...more,
  };
}
