import type { Family } from '../core/address/family.ts';
import { anyStorage, type KnownRegistry, type Registry, type RegistryPart } from '../core/registry.ts';

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

/** Identifies an origin and part, so that an edit of the config is not taken for a change of the registry. */
export function followedKey({ origin }: Registry, part: RegistryPart): string {
  return `${origin}#${part}`;
}

/** Azure's spelling of a region, `West Europe` or `westeurope`, as ARM ids have it. */
export function regionName(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

/**
 * Regions of tags by ARM's spelling, from the names of tags themselves: the publication's own field `region` is irregular
 * (`centralfrance`, `germanywc`). Known regions stay known: a tag that vanishes from one publication may return. Without any
 * tag, before the first publication, no region is known to lack one.
 */
export function matchRegions(
  regions: readonly string[],
  known: Readonly<Record<string, string>>,
  tags: ReadonlySet<string>,
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
  const withoutTag = tags.size === 0 ? [] : regions.filter((region) => tagRegions[region] === undefined);
  return { tagRegions, withoutTag };
}

/**
 * Host names that a client's firewall must let through on port 443 for a part of a registry: its login server and the
 * domain of its certificates; and where image layers come from. Sorted.
 * @param coming also names the data endpoints that would exist if they were switched on.
 */
export function hostsOf(registry: Registry, part: RegistryPart, cloud: string, coming: boolean): string[] {
  const { loginServer, dataEndpoints } = registry;
  const storage = anyStorage[cloud];
  const layers = dataEndpoints.length > 0 || storage === undefined ? dataEndpoints : [storage];
  const hosts = [
    ...(part === 'layers' ? [] : [loginServer, domainOf(registry)]),
    ...(part === 'login' ? [] : [...layers, ...(coming ? expectedDataEndpoints(registry) : [])]),
  ];
  return [...new Set(hosts)].sort();
}

/**
 * Host names of the data endpoints that a registry has, or would have if they were switched on: one a region, after its
 * login server. Microsoft documents `<registry>.<region>.data.azurecr.io`; once they are on, the names that the
 * registry itself reports count instead.
 */
export function expectedDataEndpoints(registry: Registry): readonly string[] {
  if (registry.dataEndpoints.length > 0) return registry.dataEndpoints;
  const domain = domainOf(registry);
  const name = registry.loginServer.slice(0, -domain.length - 1);
  return registry.regions.map((region) => `${name}.${region}.data.${domain}`);
}

/** `azurecr.io` of `contoso-h4sh.azurecr.io`. */
function domainOf({ loginServer }: Registry): string {
  return loginServer.slice(loginServer.indexOf('.') + 1);
}

/** A registry entered by hand in the config, for identities that may not read its resource. */
export function registryByHand(
  name: string,
  named: {
    readonly loginServer?: string;
    readonly regions?: readonly string[];
    readonly dataEndpoints?: readonly string[];
    readonly families?: readonly Family[];
  },
): Registry {
  const { loginServer, regions = [], dataEndpoints = [], families = ['ipv4'] } = named;
  if (loginServer === undefined) throw new Error(`registry ${name} has neither a resource id nor a login server`);
  const [home = '', ...replicas] = [...new Set(regions.map(regionName))];
  return {
    // An edit of the entry is an edit of the config, not a change of the registry.
    origin: `by hand: ${[name, loginServer, ...regions].join(' ')}`,
    loginServer,
    regions: [home, ...replicas.sort()],
    dataEndpoints: [...dataEndpoints].sort(),
    families,
  };
}
