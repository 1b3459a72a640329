import type { Registry, RegistryPart } from '../core/registry.ts';

/** Everybody's storage accounts are under this: image layers come from there while data endpoints are off. */
export const anyStorage: Readonly<Record<string, string>> = {
  Public: '*.blob.core.windows.net',
  AzureGovernment: '*.blob.core.usgovcloudapi.net',
  China: '*.blob.core.chinacloudapi.cn',
};

/** Microsoft's own registry of public images; its layers come from data endpoints. */
export const mcrHosts = ['mcr.microsoft.com', '*.data.mcr.microsoft.com'] as const;

/**
 * Host names that a client's firewall must let through on port 443 for a part of a registry: its login server and the
 * domain of its certificates; and where image layers come from. Sorted.
 * @param coming also names the data endpoints that would come to be if they were switched on.
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
 * login server. Microsoft documents `<registry>.<region>.data.azurecr.io`; once they are on, the registry's own word
 * counts instead.
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
