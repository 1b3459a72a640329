import { overlaps, type Sets, setsOf, union } from '../../core/address/sets.ts';
import { effectiveOf, type Ledger } from '../../core/judge/ledger.ts';
import { type TagFilter, tagFilter } from '../../core/publication/tag-filter.ts';
import type { Change } from '../../ports/store.ts';
import type { PlanContext } from '../../run/context.ts';
import { listsOf } from '../../run/lists.ts';

/**
 * Whether a change is one of the tags that are asked for: by the tag that caused it; where no tag did, as at first contact or
 * by an edit of the config, by its addresses, which one of these tags has now, or keeps, in the list of the change.
 */
export function tagsOfChange(
  filter: TagFilter,
  ledger: Ledger,
  { loaded }: Pick<PlanContext, 'loaded'>,
): (change: Change) => boolean {
  const isWanted = tagFilter(filter);
  const selected = listsOf(loaded.config, ledger);
  const byList = new Map<string, Sets>();
  const setsIn = (list: string): Sets => {
    // A list that left the config may have had any tag.
    const tags = (selected[list]?.tags ?? [...ledger.tags.keys()]).filter(isWanted);
    const rows = tags.flatMap((tag) => ledger.tags.get(tag) ?? []);
    return union(rows.flatMap((row) => [row.published, effectiveOf(row)]));
  };
  return ({ cause, list, prefix }) => {
    if ('tag' in cause) return isWanted(cause.tag);
    const sets = byList.get(list) ?? setsIn(list);
    byList.set(list, sets);
    return overlaps(setsOf([prefix]), sets);
  };
}
