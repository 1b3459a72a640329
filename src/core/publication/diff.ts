import { families } from '../address/family.ts';
import { emptySets, type Sets, subtract } from '../address/sets.ts';
import type { Catalog, Tag } from './catalog.ts';

/**
 * What became of one tag between two catalogs, by addresses.
 * - `re-split`: other prefixes, the same addresses.
 * - `changed`: addresses gained and addresses lost.
 */
interface TagDiff {
  readonly tag: string;
  readonly kind: 'grown' | 'shrunk' | 'changed' | 're-split' | 'appeared' | 'vanished';
  readonly gained: Sets;
  readonly lost: Sets;
}

/**
 * Compares two catalogs tag by tag, in the order of names; tags without a difference are left out. `tags` limits it to
 * some names; a name that neither catalog has makes no difference.
 */
export function diffCatalogs(before: Catalog, after: Catalog, tags?: Iterable<string>): TagDiff[] {
  const names = tags === undefined ? new Set([...before.tags.keys(), ...after.tags.keys()]) : new Set(tags);
  const diffs: TagDiff[] = [];
  for (const name of [...names].sort()) {
    const diff = diffTag(name, before.tags.get(name), after.tags.get(name));
    if (diff !== undefined) diffs.push(diff);
  }
  return diffs;
}

function diffTag(tag: string, before: Tag | undefined, after: Tag | undefined): TagDiff | undefined {
  if (before === undefined) return after && { tag, kind: 'appeared', gained: after.prefixes, lost: emptySets };
  if (after === undefined) return { tag, kind: 'vanished', gained: emptySets, lost: before.prefixes };
  if (sameTexts(before.published, after.published)) return undefined;
  const gained = subtract(after.prefixes, before.prefixes);
  const lost = subtract(before.prefixes, after.prefixes);
  return { tag, kind: kindOf(gained, lost), gained, lost };
}

function kindOf(gained: Sets, lost: Sets): TagDiff['kind'] {
  const grown = families.some((family) => !gained[family].isEmpty);
  const shrunk = families.some((family) => !lost[family].isEmpty);
  if (grown && shrunk) return 'changed';
  if (grown) return 'grown';
  return shrunk ? 'shrunk' : 're-split';
}

/** Most tags come unchanged, and comparing texts is far cheaper than subtracting sets. */
function sameTexts(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((text, i) => text === after[i]);
}
