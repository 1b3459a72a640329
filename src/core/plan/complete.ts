import type { Ledger } from '../judge/ledger.ts';
import { isComplete } from './causes.ts';
import { covers, type Entries, inFamilies, noEntries } from './entries.ts';
import type { Layout } from './live.ts';
import type { TargetMemory } from './memory.ts';
import { type Selection, selectedOf } from './selection.ts';

interface CompleteInput {
  readonly selection: Selection;
  readonly ledger: Ledger;
  readonly memory: TargetMemory | undefined;
  readonly layout: Layout;
  readonly holdsNames: boolean;
  /** What would be ours. */
  readonly ours: Entries;
}

/**
 * Tags and registries that a target has had whole, once all that is ours would be there. One that it knows stays known
 * while the list selects it: what it lacks then is missing for another reason than an edit. A registry is known when all
 * that follows from it is there.
 */
export function completeAfter(input: CompleteInput): Pick<TargetMemory, 'tags' | 'followed'> {
  const { selection, ledger, memory, layout, holdsNames, ours } = input;
  const hasTag = (tag: string): boolean => {
    const row = ledger.tags.get(tag);
    if (row && memory && isComplete(tag, row, memory)) return true;
    return row !== undefined && covers(ours, inFamilies(selectedOf(tag, selection, ledger), layout.families));
  };
  const tags = holdsNames ? [] : selection.tags.filter(hasTag);
  const has = new Set(tags);
  const followed: Record<string, readonly string[]> = {};
  const members = holdsNames ? (selection.followedNames ?? {}) : (selection.followed ?? {});
  for (const [origin, all] of Object.entries(members)) {
    const there = all.filter((one) => (holdsNames ? covers(ours, { ...noEntries, names: [one] }) : has.has(one)));
    if (memory?.followed[origin] !== undefined || there.length === all.length) followed[origin] = there;
  }
  return { tags, followed };
}
