import { mcrHosts } from '../hosts.ts';
import type { AdviceRule } from './advice.ts';

/** Microsoft's public registry answers through Azure Front Door: its own tag alone is not enough. */
export const mcrFrontDoor: AdviceRule = function* ({ lists }) {
  for (const { name, tags } of lists) {
    const mcr = tags.filter(
      (tag) => tag === 'MicrosoftContainerRegistry' || tag.startsWith('MicrosoftContainerRegistry.'),
    );
    if (mcr.length === 0 || tags.includes('AzureFrontDoor.FirstParty')) continue;
    yield {
      rule: 'mcr-front-door',
      weight: 'do',
      list: name,
      text: `${name} holds ${mcr.join(', ')} without AzureFrontDoor.FirstParty, on which it depends: pulls from mcr.microsoft.com fail. Add that tag, or give clients rules by name for ${mcrHosts.join(' and ')}.`,
      figures: { tags: mcr.length },
      commands: [
        'az network list-service-tags --location <region> --query "values[?name==\'AzureFrontDoor.FirstParty\']"',
      ],
    };
  }
};
