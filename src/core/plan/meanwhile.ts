import { entryOf, textsOf } from './entries.ts';
import type { Live } from './live.ts';
import type { Meanwhile, PlannedChange } from './plan-types.ts';

/**
 * What others moved in a shared list between the reading before its first write and the one after its last.
 * @param claimed prefixes that are ours, before or after, each as it is spelt there.
 */
export function movedMeanwhile(
  before: Live,
  after: Live,
  claimed: ReadonlySet<string>,
  changes: readonly Pick<PlannedChange, 'dropped'>[],
): Meanwhile {
  const [had, has] = [before, after].map((live) => entriesOfOthers(live, claimed));
  const dropped = new Set(changes.flatMap((change) => change.dropped ?? []));
  return {
    came: [...(has ?? [])].filter((entry) => !had?.has(entry)),
    gone: [...(had ?? [])].filter((entry) => !has?.has(entry) && !dropped.has(entry)),
  };
}

function entriesOfOthers({ units }: Live, claimed: ReadonlySet<string>): ReadonlySet<string> {
  const isOurs = (entry: string, unit: Live['units'][number]) =>
    textsOf(entryOf(entry, unit.family)).every((text) => claimed.has(text));
  return new Set(units.flatMap((unit) => unit.entries.filter((entry) => !isOurs(entry, unit))));
}

/** The entries that a write is to leave behind, with what others moved since. */
export function withMeanwhile(entries: readonly string[], { came, gone }: Meanwhile): readonly string[] {
  return [...entries.filter((entry) => !gone.includes(entry)), ...came.filter((entry) => !entries.includes(entry))];
}
