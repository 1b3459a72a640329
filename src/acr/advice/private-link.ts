import { quantity } from '../../core/judge/arithmetic.ts';
import type { AdviceRule } from './advice.ts';
import { reaches } from './words.ts';

/** Clients in Azure, or behind a VPN or ExpressRoute, need no public address at all. */
export const privateLink: AdviceRule = function* ({ registries, lists, reach }) {
  for (const registry of registries) {
    const { settings, origin } = registry.registry;
    if (settings?.tier !== 'Premium') continue;
    if (settings.privateEndpoints.some(({ status }) => status === 'Approved')) continue;
    const tags = [...new Set(lists.filter((list) => reaches(list, registry)).flatMap((list) => list.tags))];
    if (tags.length === 0) continue;
    const { addresses } = reach(tags);
    yield {
      rule: 'private-link',
      weight: 'consider',
      registry: registry.name,
      text: `${registry.name} has no private endpoint. Clients that reach a virtual network (in Azure, by VPN or ExpressRoute) could pull through one, by a private address for its login server and one for each region, in place of ${quantity(addresses, 'public address', 'public addresses')}.`,
      figures: { addresses: addresses.toString(), privateAddresses: registry.registry.regions.length + 1 },
      commands: [
        `az network private-endpoint create --name pe-${settings.name} --resource-group <group> --vnet-name <vnet> --subnet <subnet> --private-connection-resource-id ${origin} --group-id registry --connection-name ${settings.name}`,
      ],
    };
  }
};
