import { byFamily } from '../address/family.ts';
import { prefixesOf, type Sets } from '../address/sets.ts';
import type { Catalog } from './catalog.ts';

/** Tags as somebody else gives them. */
type OtherTags = ReadonlyMap<string, { readonly prefixes: Sets }>;

interface TagDisagreement {
  readonly tag: string;
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
}

/** How another answer stands to the publication in force, by the addresses of watched tags. */
export interface Comparison {
  /** `empty`: it has no tag at all. `subset`: it lacks something and adds nothing. `adds`: it has what we have not. */
  readonly kind: 'empty' | 'same' | 'subset' | 'adds';
  /** Watched tags of ours that it does not have; they count as no difference in addresses. */
  readonly missingTags: readonly string[];
  readonly tags: readonly TagDisagreement[];
}

/** Compares watched tags by addresses: other splits, other numbers and tags nobody watches make no difference. */
export function compareWatched(here: Catalog, there: OtherTags, watch: Iterable<string>): Comparison {
  if (there.size === 0) return { kind: 'empty', missingTags: [], tags: [] };
  const missingTags: string[] = [];
  const tags: TagDisagreement[] = [];
  for (const tag of [...new Set(watch)].sort()) {
    const ours = here.tags.get(tag)?.prefixes;
    const theirs = there.get(tag)?.prefixes;
    if (ours && !theirs) missingTags.push(tag);
    if (!theirs) continue;
    const onlyHere = prefixesOf(byFamily((f) => (ours ? ours[f].subtract(theirs[f]) : theirs[f].subtract(theirs[f]))));
    const onlyThere = prefixesOf(byFamily((f) => (ours ? theirs[f].subtract(ours[f]) : theirs[f])));
    if (onlyHere.length + onlyThere.length > 0) tags.push({ tag, onlyHere, onlyThere });
  }
  const adds = tags.some(({ onlyThere }) => onlyThere.length > 0);
  const lacks = missingTags.length > 0 || tags.some(({ onlyHere }) => onlyHere.length > 0);
  return { kind: adds ? 'adds' : lacks ? 'subset' : 'same', missingTags, tags };
}
