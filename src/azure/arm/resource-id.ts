/**
 * The API version of each type of resource that is asked for. One table: the tests ask with it as well, so that another
 * kind of target needs a line here and nothing else. For Microsoft.Network it is the version that `@azure/arm-network`
 * speaks.
 */
const apiVersions: Readonly<Record<string, string>> = {
  'Microsoft.Authorization/denyAssignments': '2022-04-01',
  'Microsoft.Authorization/locks': '2020-05-01',
  'Microsoft.Authorization/permissions': '2022-04-01',
  'Microsoft.ContainerRegistry/registries': '2025-11-01',
  'Microsoft.ContainerRegistry/registries/replications': '2025-11-01',
  'Microsoft.Network/azureFirewalls': '2026-01-01',
  'Microsoft.Network/firewallPolicies': '2026-01-01',
  'Microsoft.Network/firewallPolicies/ruleCollectionGroups': '2026-01-01',
  'Microsoft.Network/ipGroups': '2026-01-01',
  'Microsoft.Network/networkSecurityGroups': '2026-01-01',
  'Microsoft.Network/networkSecurityGroups/securityRules': '2026-01-01',
};

const versionByType = new Map(Object.entries(apiVersions).map(([type, version]) => [type.toLowerCase(), version]));

/** Where a resource is. */
interface ResourcePlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** The ARM id of a resource, or of a list of them, by its path below the resource group: `Microsoft.Network/ipGroups/acr-1`. */
export function resourceId({ subscriptionId, resourceGroup }: ResourcePlace, path: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${path}`;
}

/** The type and the names in an ARM id: `Microsoft.Network/firewallPolicies/ruleCollectionGroups` has two names. */
export function partsOfId(id: string): { readonly type: string; readonly names: readonly string[] } {
  const [namespace = '', ...parts] = id.slice(id.toLowerCase().lastIndexOf('/providers/') + 11).split('/');
  const even = parts.filter((_, at) => at % 2 === 0);
  return { type: [namespace, ...even].join('/'), names: parts.filter((_, at) => at % 2 === 1) };
}

/** The API version that a resource, or a list of them, is asked with. Throws RangeError for a type that is not known. */
export function apiVersionOf(id: string): string {
  const { type } = partsOfId(id);
  const version = versionByType.get(type.toLowerCase());
  if (version !== undefined) return version;
  throw new RangeError(
    `expected a type of resource with an API version in src/azure/arm/resource-id.ts, got "${type}"`,
  );
}

/**
 * Path and query with which a resource, or a list of them, is asked for. Names may hold what a URL has to escape.
 * @param version of the API, where it is another than the table has.
 */
export function pathOf(id: string, version = apiVersionOf(id)): string {
  return `${id.split('/').map(encodeURIComponent).join('/')}?api-version=${version}`;
}
