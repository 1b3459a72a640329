import { type ByFamily, byFamily, type Family, families } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { Sets } from '../address/sets.ts';
import { type Catalog, serviceOf } from '../publication/catalog.ts';
import { type Parents, parentNames, parentsOf } from '../publication/parents.ts';
import { measureOf } from './size.ts';

/** The parents of a tag that can be relied on, by family; undefined where there are none. */
export type ReliableParents = ByFamily<FamilyParents | undefined>;

interface FamilyParents {
  readonly global?: PrefixSet;
  readonly region?: PrefixSet;
  /** Confirms what the region has; of a loss it says nothing that the region does not say better. */
  readonly azure?: PrefixSet;
  /**
   * Those that were relied on before and do not contain the tag any more. Of a loss they say nothing, but a gain must lie in them as
   * before: else a file that damages the parents first could let anything in.
   */
  readonly doubted?: { readonly global?: PrefixSet; readonly region?: PrefixSet };
  /** Those that were relied on before and that this publication lacks as a whole. */
  readonly missing?: readonly (keyof Parents)[];
}

/** Some tags of other services (EventHub, Front Door) have a share of their ranges outside of Azure's regions for good. */
const reliable = 9n;

interface Known {
  readonly tag: string;
  /** What the tag had, without what a person let in; empty for one that is new. */
  readonly had: Sets;
  readonly catalog: Catalog;
  /** The catalog before: what a parent dropped just now it contained then. */
  readonly inForce: Catalog | undefined;
  /** Tags that the publication tells nothing of: as a parent, one says what was so before, and neither confirms nor denies. */
  readonly setAside: ReadonlySet<string>;
  /** Parents that were relied on before, by family. */
  readonly seen: { readonly [F in Family]?: readonly (keyof Parents)[] };
  /** True for a tag that this publication is the first to have: there is nothing to doubt its parents by. */
  readonly isNew?: boolean;
  /** In place of a global tag that this publication forgot: what it still allows. */
  readonly vanishedGlobal?: Sets;
}

/**
 * A parent is relied on where it contains nine tenths or more of what the tag had of the family: what it never contained says
 * nothing. What a tag has of a family for the first time is judged like its other family.
 */
export function reliableParents({
  tag,
  had,
  catalog,
  inForce,
  setAside,
  seen,
  isNew = false,
  vanishedGlobal,
}: Known): ReliableParents {
  const now = parentsOf(tag, catalog);
  const names = parentNames(tag, catalog);
  const parents: Parents = { ...now, ...(now.global || !vanishedGlobal ? {} : { global: vanishedGlobal }) };
  const before = inForce ? parentsOf(tag, inForce) : {};
  const contains = (which: keyof Parents, family: Family): boolean | undefined => {
    if (had[family].isEmpty) return undefined;
    const isMost = (inside: PrefixSet): boolean => measureOf(inside) * 10n >= measureOf(had[family]) * reliable;
    const within = [parents[which], before[which]].map((one) =>
      had[family].intersect(one?.[family] ?? PrefixSet.empty(family)),
    );
    return within.some(isMost) || isMost(PrefixSet.unionOf(family, within));
  };
  const relied = (which: keyof Parents, family: Family): PrefixSet | undefined => {
    const other = families.find((one) => one !== family);
    if (setAside.has(names[which] ?? '')) return undefined;
    const trusted =
      contains(which, family) ?? (other && contains(which, other)) ?? (isNew || seen[family]?.includes(which) === true);
    return trusted ? parents[which]?.[family] : undefined;
  };
  const doubtedOf = (which: 'global' | 'region', family: Family): PrefixSet | undefined =>
    seen[family]?.includes(which) && !setAside.has(names[which] ?? '') ? now[which]?.[family] : undefined;
  return byFamily((family) => {
    const missing = (seen[family] ?? []).filter((which) => now[which] === undefined);
    const [global, region, azure] = [relied('global', family), relied('region', family), relied('azure', family)];
    const doubted = {
      global: global ? undefined : doubtedOf('global', family),
      region: region ? undefined : doubtedOf('region', family),
    };
    if (!global && !region && !doubted.global && !doubted.region && missing.length === 0) return undefined;
    return {
      ...(azure ? { azure } : {}),
      ...(global ? { global } : {}),
      ...(region ? { region } : {}),
      doubted: {
        ...(doubted.global ? { global: doubted.global } : {}),
        ...(doubted.region ? { region: doubted.region } : {}),
      },
      ...(missing.length > 0 ? { missing } : {}),
    };
  });
}

/**
 * The parents of a tag at first contact, when nothing is known of what it had: one is relied on where it contains the other
 * regional tags of the service, each in its own region, with one exception in thirty at most.
 */
export function parentsAtFirstContact(tag: string, catalog: Catalog): ReliableParents {
  const service = serviceOf(tag);
  const others = [...catalog.tags.values()].filter(
    (other) => other.service === service && other.region !== undefined && other.name !== tag,
  );
  const isExact = (which: keyof Parents): boolean => {
    const outside = others.filter(({ name, prefixes }) => {
      const parent = parentsOf(name, catalog)[which];
      return parent === undefined || families.some((family) => !parent[family].covers(prefixes[family]));
    });
    return others.length > 0 && outside.length * 30 <= others.length;
  };
  const { global, region, azure } = parentsOf(tag, catalog);
  const g = isExact('global') ? global : undefined;
  const r = isExact('region') ? region : undefined;
  const a = isExact('azure') ? azure : undefined;
  return byFamily((family) =>
    g || r
      ? {
          ...(g ? { global: g[family] } : {}),
          ...(r ? { region: r[family] } : {}),
          ...(a ? { azure: a[family] } : {}),
        }
      : undefined,
  );
}
