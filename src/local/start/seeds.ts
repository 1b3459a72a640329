import type { Config } from '../../config/config.ts';

/** Fields by which kinds of targets say where they live; a kind need not have all of them. */
interface Place {
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  readonly nsg?: string;
  readonly registry?: string;
  readonly policy?: string;
  readonly ruleCollectionGroup?: string;
  readonly firewall?: string;
  readonly collection?: string;
  readonly rule?: unknown;
}

/**
 * What the targets of a config need and the product does not create, as seeds for the simulated ARM: resource groups,
 * registries, network security groups, firewalls and policies with the collections that rules go into.
 */
export function seedsFor(config: Config): Readonly<Record<string, object>> {
  const seeds: Record<string, object> = {};
  const home = homes[config.cloud];
  const collections = new Map<string, Set<string>>();
  const collect = (id: string, name: string) => collections.set(id, (collections.get(id) ?? new Set()).add(name));
  const seed = (place: Place): void => {
    const { subscriptionId, resourceGroup, location = 'westeurope', nsg, policy, firewall, collection } = place;
    if (subscriptionId === undefined || resourceGroup === undefined) return;
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    const network = `${group}/providers/Microsoft.Network`;
    seeds[group] ??= { location };
    if (nsg !== undefined) seeds[`${network}/networkSecurityGroups/${nsg}`] ??= { location, properties: {} };
    if (place.registry !== undefined) {
      seeds[`${group}/providers/Microsoft.ContainerRegistry/registries/${place.registry}`] ??= registryIn(home);
    }
    if (policy !== undefined && collection !== undefined) {
      const id = `${network}/firewallPolicies/${policy}`;
      seeds[id] ??= { location, properties: {} };
      collect(`${id}/ruleCollectionGroups/${place.ruleCollectionGroup ?? ''}`, collection);
    }
    if (firewall !== undefined && collection !== undefined)
      collect(`${network}/azureFirewalls/${firewall}`, collection);
    if (typeof place.rule === 'object') seed({ subscriptionId, resourceGroup, location, ...place.rule });
  };

  for (const { settings } of Object.values(config.targets)) seed(settings);
  for (const { resourceId } of Object.values(config.registries)) {
    if (resourceId === undefined) continue;
    const [, , subscriptionId = '', , resourceGroup = '', , , , name = ''] = resourceId.split('/');
    seed({ subscriptionId, resourceGroup, registry: name });
  }
  for (const [id, names] of collections)
    seeds[id] = id.includes('/ruleCollectionGroups/') ? group(names) : firewall(names);
  return seeds;
}

/** A region of each cloud that the sample publications have. */
const homes: Readonly<Record<Config['cloud'], string>> = {
  Public: 'westeurope',
  AzureGovernment: 'usgovvirginia',
  China: 'chinaeast2',
};

function registryIn(location: string): object {
  return { location, sku: { name: 'Premium' }, properties: { networkRuleSet: { defaultAction: 'Deny', ipRules: [] } } };
}

const allow = { priority: 100, action: { type: 'Allow' }, rules: [] };

function group(names: ReadonlySet<string>): object {
  const ruleCollections = [...names].map((name) => ({
    ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
    name,
    ...allow,
  }));
  return { properties: { priority: 300, ruleCollections } };
}

function firewall(names: ReadonlySet<string>): object {
  const networkRuleCollections = [...names].map((name) => ({ name, properties: allow }));
  return { location: 'westeurope', properties: { networkRuleCollections } };
}
