import { quantity } from '../../core/judge/arithmetic.ts';
import { anyStorage, expectedDataEndpoints } from '../hosts.ts';
import type { AdviceRule } from './advice.ts';
import { readinessOf } from './readiness.ts';
import { azUpdate, layersIn } from './words.ts';

/** Without dedicated data endpoints, layers come from everybody's storage: by address or by name, far too much is open. */
export const dataEndpointsOff: AdviceRule = function* (input) {
  const readiness = readinessOf(input);
  for (const registry of input.registries) {
    const { settings } = registry.registry;
    if (registry.registry.dataEndpoints.length > 0 || settings?.tier !== 'Premium') continue;
    const layers = [...new Set(input.lists.flatMap((list) => layersIn(list, registry)))];
    if (layers.length === 0) continue;
    const { addresses, prefixes } = input.reach(layers);
    const hosts = expectedDataEndpoints(registry.registry);
    const open = readiness.filter((one) => one.registry === registry.name && !one.ready);
    const first =
      open.length === 0
        ? 'Every target is ready for it.'
        : `Not yet: ${open.map(({ target }) => target).join(', ')} ${open.length === 1 ? 'is' : 'are'} not ready; add rules for the new host names first, then switch on.`;
    yield {
      rule: 'data-endpoints-off',
      weight: 'consider',
      registry: registry.name,
      text: `Dedicated data endpoints of ${registry.name} are off: to pull, its clients may reach ${quantity(addresses, 'address', 'addresses')} of Azure Storage (${quantity(prefixes, 'prefix', 'prefixes')}), and with them anybody's storage accounts; by name it is ${anyStorage[input.cloud]}. Switched on, ${quantity(hosts.length, 'host name')} would be left: ${hosts.join(', ')}. ${first}`,
      figures: { addresses: addresses.toString(), prefixes, hosts: hosts.length, notReady: open.length },
      commands: open.length === 0 ? [azUpdate(settings, '--data-endpoint-enabled true')] : [],
    };
  }
};
