import { emptySets, type Sets } from '../address/sets.ts';
import { type Catalog, regionOf, serviceOf } from './catalog.ts';

/** The tags that contain a regional one in the same publication; absent where the publication has none. */
export interface Parents {
  /** The service's global tag, `Storage` of `Storage.WestUS`. It has contained every regional tag in every official file. */
  readonly global?: Sets;
  /** All of Azure in the region, `AzureCloud.westus`; of `AzureCloud.westus` itself the global one is all there is. */
  readonly region?: Sets;
  /** All of Azure, `AzureCloud`, which contains its regions. */
  readonly azure?: Sets;
}

/** The names of a tag's parents, whether or not this publication has them; none for a global tag. */
export function parentNames(
  tag: string,
  { regions }: Pick<Catalog, 'regions'>,
): { readonly [P in keyof Parents]?: string } {
  const suffix = regionOf(tag);
  if (suffix === undefined) return {};
  const global = serviceOf(tag);
  const spelled = global === 'AzureCloud' ? undefined : regions.get(suffix);
  return { global, ...(spelled === undefined ? {} : { region: `AzureCloud.${spelled}`, azure: 'AzureCloud' }) };
}

/** What contains a tag in this publication; nothing for a global tag. */
export function parentsOf(tag: string, catalog: Pick<Catalog, 'tags' | 'regions'>): Parents {
  const { global, region, azure } = parentNames(tag, catalog);
  const ofTag = (name: string | undefined) => (name === undefined ? undefined : catalog.tags.get(name)?.prefixes);
  const sets = { global: ofTag(global), region: ofTag(region), azure: ofTag(azure) };
  return {
    ...(sets.global ? { global: sets.global } : {}),
    ...(sets.region ? { region: sets.region } : {}),
    ...(sets.azure ? { azure: sets.azure } : {}),
  };
}

/** What of `sets` is in a parent; nothing where there is no such parent. */
export function within(sets: Sets, parent: Sets | undefined): Sets {
  if (!parent) return emptySets;
  return { ipv4: sets.ipv4.intersect(parent.ipv4), ipv6: sets.ipv6.intersect(parent.ipv6) };
}
