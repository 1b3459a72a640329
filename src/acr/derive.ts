import type { KnownRegistry, Registry, RegistryPart } from '../core/registry.ts';

/** The service whose regional tags hold a part's addresses. Source: Microsoft, firewall rules for a registry. */
const services: Readonly<Record<RegistryPart, readonly string[]>> = {
  login: ['AzureContainerRegistry'],
  layers: ['Storage'],
  all: ['AzureContainerRegistry', 'Storage'],
};

/** Tags of a part in every region of a registry: its global endpoint may route to any replica. */
export function tagsOf({ registry, tagRegions }: KnownRegistry, part: RegistryPart): string[] {
  const regions = (registry?.regions ?? []).flatMap((region) => tagRegions[region] ?? []);
  return services[part].flatMap((service) => regions.map((region) => `${service}.${region}`));
}

/** What tells one origin and part from another, so that an edit of the config is not taken for a change of the registry. */
export function followedKey({ origin }: Registry, part: RegistryPart): string {
  return `${origin}#${part}`;
}

/** Azure's spelling of a region, `West Europe` or `westeurope`, as ARM ids have it. */
export function regionName(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

/**
 * Regions of tags by ARM's spelling, from the names of tags themselves: the publication's own field `region` is irregular
 * (`centralfrance`, `germanywc`). What was known stays known: a tag that vanishes from one publication may come back.
 */
export function matchRegions(
  regions: readonly string[],
  known: Readonly<Record<string, string>>,
  tags: Iterable<string>,
): { readonly tagRegions: Readonly<Record<string, string>>; readonly withoutTag: readonly string[] } {
  const byName = new Map<string, string>();
  for (const tag of tags) {
    const dot = tag.indexOf('.');
    if (['AzureContainerRegistry', 'Storage'].includes(tag.slice(0, dot))) {
      byName.set(tag.slice(dot + 1).toLowerCase(), tag.slice(dot + 1));
    }
  }
  const tagRegions = Object.fromEntries(
    regions.flatMap((region) => {
      const found = byName.get(region) ?? known[region];
      return found === undefined ? [] : [[region, found]];
    }),
  );
  return { tagRegions, withoutTag: regions.filter((region) => tagRegions[region] === undefined) };
}
