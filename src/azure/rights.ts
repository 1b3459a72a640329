/** ARM actions that reading a registry needs, at its resource group. See `acr/read-registry.ts`. */
export const registryRights: readonly string[] = [
  'Microsoft.ContainerRegistry/registries/read',
  'Microsoft.ContainerRegistry/registries/replications/read',
];

/** ARM action of the Service Tag Discovery API; granted at the subscription or not at all. See `azure/discovery.ts`. */
export const discoveryRights: readonly string[] = ['Microsoft.Network/locations/serviceTags/read'];
