import { emptySets, type Sets } from '../address/sets.ts';
import { type Catalog, regionOf, serviceOf } from './catalog.ts';

/** The tags that contain a regional one in the same publication; absent where the publication has none. */
export interface Parents {
  /** The service's global tag, `Storage` of `Storage.WestUS`. It has contained every regional tag in every official file. */
  readonly global?: Sets;
  /** All of Azure in the region, `AzureCloud.westus`; of `AzureCloud.westus` itself the global one is all there is. */
  readonly region?: Sets;
}

/** What contains a tag in this publication; nothing for a global tag. `Parents` says how far that can be relied on. */
export function parentsOf(tag: string, catalog: Pick<Catalog, 'tags' | 'regions'>): Parents {
  const suffix = regionOf(tag);
  if (suffix === undefined) return {};
  const service = serviceOf(tag);
  const global = catalog.tags.get(service)?.prefixes;
  const spelled = service === 'AzureCloud' ? undefined : catalog.regions.get(suffix);
  const region = spelled === undefined ? undefined : catalog.tags.get(`AzureCloud.${spelled}`)?.prefixes;
  return { ...(global ? { global } : {}), ...(region ? { region } : {}) };
}

/** What of `sets` is in a parent; nothing where there is no such parent. */
export function within(sets: Sets, parent: Sets | undefined): Sets {
  if (!parent) return emptySets;
  return { ipv4: sets.ipv4.intersect(parent.ipv4), ipv6: sets.ipv6.intersect(parent.ipv6) };
}
