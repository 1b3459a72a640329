import { intersect, overlaps, prefixesOf, type Sets, setsOf, subtract, union } from '../../core/address/sets.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { Catalog } from '../../core/publication/catalog.ts';
import { parentsOf, within } from '../../core/publication/parents.ts';
import type { ParentsView } from '../inbox.ts';

/** Ranges that some tags lost and that were released, by the clock or by an answer: why a target may be asked to let them go. */
export interface ReleasedLoss {
  readonly tags: readonly string[];
  /** What released them, each once: "answer of anna". */
  readonly by: readonly string[];
  /** When the last of them was released, ISO 8601. */
  readonly at: string;
  /** Where they are in the publication in force; absent where no parent is published. */
  readonly parents?: ParentsView;
}

/** The released losses of these tags that a part takes out; undefined for one that has another cause, such as an edited list. */
export function releasedLossOf(
  ranges: readonly string[],
  tags: readonly string[],
  ledger: Ledger,
  catalog: Catalog | undefined,
): ReleasedLoss | undefined {
  const all = setsOf(ranges);
  const releases = tags.flatMap((tag) =>
    (ledger.tags.get(tag)?.releases ?? [])
      .filter(({ prefixes }) => overlaps(prefixes, all))
      .map((release) => ({ ...release, tag, own: intersect(release.prefixes, all) })),
  );
  if (releases.length === 0) return undefined;
  const parents = catalog && parentsViewOf(releases, catalog);
  return {
    tags: [...new Set(releases.map(({ tag }) => tag))],
    by: [...new Set(releases.map(({ by }) => by))],
    at: releases.map(({ at }) => at).reduce((last, at) => (at > last ? at : last)),
    ...(parents ? { parents } : {}),
  };
}

function parentsViewOf(
  lost: readonly { readonly tag: string; readonly own: Sets }[],
  catalog: Catalog,
): ParentsView | undefined {
  const found = lost.flatMap(({ tag, own }) => {
    const { region, global } = parentsOf(tag, catalog);
    if (!region && !global) return [];
    const [inRegion, inGlobal] = [within(own, region), within(own, global)];
    return [
      { region: inRegion, global: subtract(inGlobal, inRegion), neither: subtract(own, union([inRegion, inGlobal])) },
    ];
  });
  if (found.length === 0) return undefined;
  const all = (one: 'region' | 'global' | 'neither') => prefixesOf(union(found.map((where) => where[one])));
  return { region: all('region'), global: all('global'), neither: all('neither') };
}
