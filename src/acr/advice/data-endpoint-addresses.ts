import type { AdviceRule } from './advice.ts';
import { azOf, reaches } from './words.ts';

/** What no document says must be said. */
export const dataEndpointAddresses: AdviceRule = function* ({ registries, lists }) {
  for (const registry of registries) {
    const { name, registry: known } = registry;
    const { settings, dataEndpoints } = known;
    const by = lists.filter((list) => reaches(list, registry)).map((list) => list.name);
    if (dataEndpoints.length === 0 || by.length === 0) continue;
    yield {
      rule: 'data-endpoint-addresses',
      weight: 'know',
      registry: name,
      text: `Which service tag holds the addresses of dedicated data endpoints is not documented. ${by.join(', ')} ${by.length === 1 ? 'lets' : 'let'} clients reach ${name} by address, which is sure for its login server only: give them rules by name for ${dataEndpoints.join(', ')}, and keep Storage in the list until they have them.`,
      figures: { hosts: dataEndpoints.length, lists: by.length },
      commands: settings ? [`az acr show-endpoints ${azOf(settings)}`] : [],
    };
  }
};
