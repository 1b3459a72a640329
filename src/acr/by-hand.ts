import type { Family } from '../core/address/family.ts';
import type { Registry } from '../core/registry.ts';
import { regionName } from './derive.ts';

/** A registry as a person named it, for those who may not read its resource. */
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
    // An edit of what was named is an edit of the config, not news of the registry.
    origin: `by hand: ${[name, loginServer, ...regions].join(' ')}`,
    loginServer,
    regions: [home, ...replicas.sort()],
    dataEndpoints: [...dataEndpoints].sort(),
    families,
  };
}
