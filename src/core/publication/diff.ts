import { type ByFamily, byFamily } from '../address/family.ts';
import { emptySets, isEmpty, prefixesOf, subtract } from '../address/sets.ts';
import type { Catalog, Tag } from './catalog.ts';
import { publishSame } from './numeric-tag.ts';

/** How one tag differs between two publications, by addresses. */
export interface TagDiff {
  readonly tag: string;
  /** `changed`: it gained and lost. `re-split`: the same addresses in other prefixes. */
  readonly kind: 'appeared' | 'vanished' | 'grown' | 'shrunk' | 'changed' | 're-split';
  /** Minimal prefixes, IPv4 first. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** How many addresses that is, as decimal strings. */
  readonly addresses: { readonly gained: ByFamily<string>; readonly lost: ByFamily<string> };
}

/** Tags that differ from `before` to `after`, in the order of their names. @param wanted all tags if absent. */
export function diffCatalogs(
  before: Catalog,
  after: Catalog,
  wanted: (tag: string) => boolean = () => true,
): TagDiff[] {
  const names = [...new Set([...before.tags.keys(), ...after.tags.keys()])].filter(wanted).sort();
  return names.flatMap((name) => diffTag(name, before.tags.get(name), after.tags.get(name)) ?? []);
}

function diffTag(name: string, before: Tag | undefined, after: Tag | undefined): TagDiff | undefined {
  // Most tags are as they were, and comparing what is published is far quicker than comparing sets.
  if (before && after && publishSame(before, after)) return undefined;
  const [had, has] = [before?.prefixes ?? emptySets, after?.prefixes ?? emptySets];
  const [gained, lost] = [subtract(has, had), subtract(had, has)];
  const counted = (sets: typeof gained) => byFamily((f) => sets[f].count.toString());
  return {
    tag: name,
    kind: kindOf(),
    gained: prefixesOf(gained),
    lost: prefixesOf(lost),
    addresses: { gained: counted(gained), lost: counted(lost) },
  };

  function kindOf(): TagDiff['kind'] {
    if (before === undefined) return 'appeared';
    if (after === undefined) return 'vanished';
    if (!isEmpty(gained)) return isEmpty(lost) ? 'grown' : 'changed';
    if (!isEmpty(lost)) return 'shrunk';
    return 're-split';
  }
}
