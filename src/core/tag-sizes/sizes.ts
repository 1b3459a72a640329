import { type ByFamily, byFamily } from '../address/family.ts';
import { emptySets, intersect, type Sets, subtract } from '../address/sets.ts';
import { effectiveOf, heldBy, type Ledger, type TagLedger } from '../judge/ledger.ts';
import type { Catalog } from '../publication/catalog.ts';
import { diffCatalogs } from '../publication/diff.ts';

/**
 * How many addresses of each family, as decimal strings: IPv6 has more than a number can count. Prefixes would be a measure
 * that misleads: of a /48 that loses all but a few of its parts, more prefixes are left than there were.
 */
export type Size = ByFamily<string>;

export const nothing: Size = { ipv4: '0', ipv6: '0' };

/** One tag in a publication, beside the publication before. */
export interface TagChange {
  readonly published: Size;
  readonly gained: Size;
  readonly lost: Size;
}

/** One tag in a ledger, beside the ledger before. */
export interface TagState {
  /** What lists allow: published, with held losses, without held gains. */
  readonly effective: Size;
  /** Losses that are held: no longer published, and allowed still. */
  readonly held: Size;
  /** Gains that are held: published, and not allowed yet. */
  readonly blocked: Size;
  /** Of what was held before as a loss: what is published again, and what was released. */
  readonly returned: Size;
  readonly released: Size;
}

/** Sizes in one kept publication: of the tags that are not as in the publication before. */
export interface PublicationSizes {
  readonly digest: string;
  readonly changeNumber: number;
  /** ISO 8601 date. */
  readonly date: string;
  /** Digest of the publication that it was compared with; absent for the first, which has every tag. */
  readonly after?: string;
  /** Services whose tags were looked at. */
  readonly services: readonly string[];
  /** True for a file that is kept and cannot be read: it tells nothing, and the next one is compared with the one before. */
  readonly unreadable?: boolean;
  readonly tags: Readonly<Record<string, TagChange>>;
}

/** Sizes in one ledger that was in force: of the tags that are not as in the ledger before; `null`: no longer followed. */
export interface LedgerSizes {
  /** When it came into force, ISO 8601. */
  readonly at: string;
  readonly publication?: { readonly digest: string; readonly changeNumber: number; readonly date: string };
  readonly tags: Readonly<Record<string, TagState | null>>;
}

/** Sizes of tags over time: derived from kept publications and ledgers, and made anew from them where it is missing. */
export interface TagSizes {
  /** By date. */
  readonly publications: readonly PublicationSizes[];
  /** In the order in which they came into force; those alone in which a size or the publication is another one. */
  readonly ledgers: readonly LedgerSizes[];
  /** Name of the last ledger that was looked at. */
  readonly through?: string;
  /** How many publications and ledgers are kept and not looked at yet. */
  readonly behind: number;
}

export const noSizes: TagSizes = { publications: [], ledgers: [], behind: 0 };

export function sizeOf(sets: Sets): Size {
  return byFamily((family) => sets[family].count.toString());
}

export function isNothing({ ipv4, ipv6 }: Size): boolean {
  return ipv4 === '0' && ipv6 === '0';
}

/** A publication as it was read: its tags, and those that cannot be believed, of which nothing is said. */
export interface ReadTags {
  readonly catalog: Catalog;
  readonly setAside: ReadonlySet<string>;
}

/**
 * Tags that are not as in the publication before, by addresses; all of them in the first one, of which nothing says what it gained.
 * A tag that could not be read before is told with its size alone.
 */
export function changesOfTags(
  before: ReadTags | undefined,
  after: ReadTags,
  isWanted: (tag: string) => boolean,
): Record<string, TagChange> {
  const wanted = (tag: string) => isWanted(tag) && !after.setAside.has(tag);
  const changes: Record<string, TagChange> = {};
  const had = before?.catalog ?? { ...after.catalog, tags: new Map() };
  for (const { tag, kind, addresses } of diffCatalogs(had, after.catalog, wanted)) {
    if (kind === 're-split') continue;
    const published = sizeOf(after.catalog.tags.get(tag)?.prefixes ?? emptySets);
    const isKnown = before !== undefined && !before.setAside.has(tag);
    changes[tag] = { published, ...(isKnown ? addresses : { gained: nothing, lost: nothing }) };
  }
  return changes;
}

/** Tags whose sizes are not as in the ledger before; all of them in the first one. */
export function changesOfLedger(before: Ledger | undefined, after: Ledger): Record<string, TagState | null> {
  const changes: Record<string, TagState | null> = {};
  for (const [tag, row] of after.tags) {
    const had = before?.tags.get(tag);
    const state = stateOf(had, row);
    if (!had || !isSame(stateOf(had, had), state)) changes[tag] = state;
  }
  for (const tag of before?.tags.keys() ?? []) if (!after.tags.has(tag)) changes[tag] = null;
  return changes;
}

function stateOf(before: TagLedger | undefined, after: TagLedger): TagState {
  const held = heldBy(after.holds, 'loss');
  const was = before ? heldBy(before.holds, 'loss') : emptySets;
  const returned = intersect(was, after.published);
  return {
    effective: sizeOf(effectiveOf(after)),
    held: sizeOf(held),
    blocked: sizeOf(heldBy(after.holds, 'gain')),
    returned: sizeOf(returned),
    released: sizeOf(subtract(subtract(was, held), returned)),
  };
}

function isSame(a: TagState, b: TagState): boolean {
  return (['effective', 'held', 'blocked', 'returned', 'released'] as const).every(
    (of) => a[of].ipv4 === b[of].ipv4 && a[of].ipv6 === b[of].ipv6,
  );
}
