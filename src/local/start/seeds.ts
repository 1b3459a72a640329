import type { Config } from '../../config/config.ts';

/**
 * What the targets of a config need and the product does not create, as seeds for the simulated ARM: resource groups,
 * network security groups.
 */
export function seedsFor(config: Config): Readonly<Record<string, object>> {
  const seeds: Record<string, object> = {};
  for (const { settings } of Object.values(config.targets)) {
    const {
      subscriptionId,
      resourceGroup,
      location = 'westeurope',
      nsg,
    } = settings as Readonly<Record<string, string>>;
    if (subscriptionId === undefined || resourceGroup === undefined) continue;
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    seeds[group] ??= { location };
    if (nsg !== undefined) {
      seeds[`${group}/providers/Microsoft.Network/networkSecurityGroups/${nsg}`] ??= { location, properties: {} };
    }
  }
  return seeds;
}
