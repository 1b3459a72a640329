import { quantity } from '../../core/judge/arithmetic.ts';
import type { AdviceRule } from './advice.ts';
import { azUpdate, layersIn } from './words.ts';

/** What the tier does not have cannot be advised, so that is said. */
export const tier: AdviceRule = function* (input) {
  for (const registry of input.registries) {
    const { settings } = registry.registry;
    if (!settings || settings.tier === 'Premium') continue;
    const layers = [...new Set(input.lists.flatMap((list) => layersIn(list, registry)))];
    const { addresses } = input.reach(layers);
    yield {
      rule: 'tier',
      weight: 'know',
      registry: registry.name,
      text: `${registry.name} is of the tier ${settings.tier}: dedicated data endpoints, IP rules, private endpoints and replicas need Premium.${layers.length > 0 ? ` Until then its clients must be let out to ${quantity(addresses, 'address', 'addresses')} of Azure Storage.` : ''}`,
      figures: { addresses: addresses.toString() },
      commands: [azUpdate(settings, '--sku Premium')],
    };
  }
};
