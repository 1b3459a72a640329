import { intersect, isEmpty, overlaps, prefixesOf, type Sets, setsOf, subtract, union } from '../address/sets.ts';
import { whereaboutsOf } from '../judge/absences.ts';
import type { Ledger, Release } from '../judge/ledger.ts';
import type { Catalog } from '../publication/catalog.ts';
import { parentNames } from '../publication/parents.ts';
import type { RemovalRisk } from './ticket-facts.ts';

/** Ranges that go, of one tag. */
export interface Going {
  /** The tag that let them in; absent where none is known. */
  readonly tag?: string | undefined;
  readonly ranges: readonly string[];
}

/** How many tags are told where no parents are known. */
const maxTags = 4;

/**
 * What a publication says of ranges that go.
 * @param before a ledger that still held them: a ledger forgets with the release since when the parents lack them.
 */
export function riskOf({ tag, ranges }: Going, catalog: Catalog, before: Ledger | undefined): RemovalRisk {
  const all = setsOf(ranges);
  const { region, global } = tag === undefined ? {} : parentNames(tag, catalog);
  const parents = [region, global].filter((name) => name !== undefined);
  const found = parents.length > 0 ? parents : widestIn(catalog, all);
  const tags = found.map((name) => ({
    name,
    inside: intersect(all, catalog.tags.get(name)?.prefixes ?? setsOf([])),
  }));
  const gone = subtract(all, union(tags.map(({ inside }) => inside)));
  return {
    ...(tag === undefined ? {} : { tag }),
    ranges,
    tags: tags.map(({ name, inside }) => ({
      tag: name,
      whole: isEmpty(subtract(all, inside)),
      ranges: prefixesOf(inside),
    })),
    gone: prefixesOf(gone),
    ...(parents.length === 0 || tag === undefined ? {} : goneSince(tag, gone, before)),
  };
}

/** The smallest tags that have all of it; else those that have most of it. */
function widestIn(catalog: Catalog, all: Sets): string[] {
  const countOf = ({ ipv4, ipv6 }: Sets): bigint => ipv4.count + ipv6.count;
  const sizes = [...catalog.tags.values()]
    .filter(({ prefixes }) => overlaps(all, prefixes))
    .map(({ name, prefixes }) => ({ name, size: countOf(prefixes), missing: countOf(subtract(all, prefixes)) }));
  const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  return sizes
    .sort((a, b) => order(a.missing, b.missing) || order(a.size, b.size))
    .slice(0, maxTags)
    .map(({ name }) => name);
}

/** Since when both parents lack it, as followed while it was held. */
function goneSince(tag: string, gone: Sets, before: Ledger | undefined): Pick<RemovalRisk, 'goneSince'> {
  const absences = isEmpty(gone) ? undefined : before?.tags.get(tag)?.absences;
  const since = absences && whereaboutsOf(gone, absences).neitherSince;
  return since === undefined ? {} : { goneSince: since };
}

/** Ranges of a part that go because a tag released them, with the last release of them. */
export interface ReleasedRanges extends Going {
  readonly tag: string;
  readonly release: Release;
}

/** Ranges of a part by the tag that released them, as far as one did; host names are in no tag and left out. */
export function releasedIn(
  ranges: readonly string[],
  tags: readonly string[],
  ledger: Pick<Ledger, 'tags'>,
): { readonly released: readonly ReleasedRanges[]; readonly others: readonly string[] } {
  const released: ReleasedRanges[] = [];
  let rest = setsOf(ranges);
  for (const tag of tags) {
    for (const release of ledger.tags.get(tag)?.releases.toReversed() ?? []) {
      const own = intersect(rest, release.prefixes);
      if (isEmpty(own)) continue;
      rest = subtract(rest, own);
      released.push({ tag, release, ranges: prefixesOf(own) });
    }
  }
  return { released, others: prefixesOf(rest) };
}
