import { byFamily, type Family } from '../address/family.ts';
import { emptySets, prefixesOf, type Sets } from '../address/sets.ts';

/** Clouds as the publications spell them. */
export const clouds = ['Public', 'AzureGovernment', 'China'] as const;
export type Cloud = (typeof clouds)[number];

/** One Service Tag of a publication. */
export interface Tag {
  /** Full name, `Storage.WestUS`. */
  readonly name: string;
  /** Before the first dot. */
  readonly service: string;
  /** After the first dot; absent for a service's global tag. A dot does not always mean a region. */
  readonly region: string | undefined;
  /** Rises by one whenever the tag's prefixes change; starts again at 1 when a vanished tag returns. */
  readonly changeNumber: number;
  /** The prefixes as published, in their order. */
  readonly published: readonly string[];
  readonly prefixes: Sets;
}

/** A publication parsed and checked. */
export interface Catalog {
  readonly cloud: Cloud;
  readonly changeNumber: number;
  readonly tags: ReadonlyMap<string, Tag>;
  /**
   * How `AzureCloud.<region>` spells the region after the dot of the other tags' names, `FranceCentral` to `centralfrance`: what
   * most tags of that name say in their `region` property. One tag's property may be empty or mistyped for a while.
   */
  readonly regions: ReadonlyMap<string, string>;
  /** What is unusual and harmless, such as an unknown property. */
  readonly notes: readonly string[];
}

/** One thing that is wrong with a document: what was expected, what came, and where. */
export interface Issue {
  /** JSON path, `values[12].properties.addressPrefixes[3]`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Tags of a file that are not taken from it, each with what is wrong; they stay in force as they were. */
export type SetAside = ReadonlyMap<string, readonly Issue[]>;

/** The part of a tag's name before the first dot. */
export function serviceOf(tag: string): string {
  const dot = tag.indexOf('.');
  return dot < 0 ? tag : tag.slice(0, dot);
}

/** The part of a tag's name after the first dot, if it has one. */
export function regionOf(tag: string): string | undefined {
  const dot = tag.indexOf('.');
  return dot < 0 ? undefined : tag.slice(dot + 1);
}

/** Tags as another source gives them. */
type OtherTags = ReadonlyMap<string, { readonly prefixes: Sets }>;

interface TagDisagreement {
  readonly tag: string;
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
}

/** How another answer differs from the active publication, by the addresses of watched tags. */
export interface Comparison {
  /** `empty`: it has no tag at all. `subset`: it lacks something and adds nothing. `adds`: it has what we have not. */
  readonly kind: 'empty' | 'same' | 'subset' | 'adds';
  /** Watched tags of ours that it does not have; they count as no difference in addresses. */
  readonly missingTags: readonly string[];
  readonly tags: readonly TagDisagreement[];
}

/**
 * Compares watched tags by the addresses of the families that are held of them: other splits, other numbers and what is not watched
 * make no difference.
 */
export function compareWatched(
  here: Catalog,
  there: OtherTags,
  watch: ReadonlyMap<string, readonly Family[]>,
): Comparison {
  if (there.size === 0) return { kind: 'empty', missingTags: [], tags: [] };
  const missingTags: string[] = [];
  const tags: TagDisagreement[] = [];
  for (const [tag, held] of [...watch].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ours = here.tags.get(tag)?.prefixes;
    const theirs = there.get(tag)?.prefixes;
    if (ours && !theirs) missingTags.push(tag);
    if (!theirs) continue;
    const own = ours ?? emptySets;
    const only = (one: Sets, other: Sets) =>
      prefixesOf(byFamily((f) => (held.includes(f) ? one[f].subtract(other[f]) : emptySets[f])));
    const [onlyHere, onlyThere] = [only(own, theirs), only(theirs, own)];
    if (onlyHere.length + onlyThere.length > 0) tags.push({ tag, onlyHere, onlyThere });
  }
  const adds = tags.some(({ onlyThere }) => onlyThere.length > 0);
  const lacks = missingTags.length > 0 || tags.some(({ onlyHere }) => onlyHere.length > 0);
  return { kind: adds ? 'adds' : lacks ? 'subset' : 'same', missingTags, tags };
}

/** Names become parts of file names and storage keys, so a tag name is only letters, digits, underscores, hyphens and dots. */
const tagName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
/** Official names have 60 characters at most; a key of a table row, of which a name is a part, has 1,024 bytes. */
export const longestName = 200;

export function isTagName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= longestName && tagName.test(name);
}
