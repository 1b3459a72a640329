import type { AdviceRule } from './advice.ts';
import { azUpdate } from './words.ts';

/** A registry whose firewall lets everybody in is guarded by its credentials alone. */
export const publicAccess: AdviceRule = function* ({ registries }) {
  for (const { name, registry } of registries) {
    const { settings } = registry;
    if (settings?.publicNetworkAccess !== 'Enabled' || settings.defaultAction !== 'Allow') continue;
    const premium = settings.tier === 'Premium';
    yield {
      rule: 'public-access',
      weight: 'consider',
      registry: name,
      text: `${name} is open to all networks: anybody may reach its login, and credentials alone guard it.${premium ? ' Admit the addresses of its clients first, then deny the rest.' : ''}`,
      figures: { ipRules: settings.ipRules.length },
      commands: premium
        ? [
            `az acr network-rule add --name ${settings.name} --resource-group ${settings.resourceGroup} --subscription ${settings.subscriptionId} --ip-address <clients>`,
            azUpdate(settings, '--default-action Deny'),
          ]
        : [],
    };
  }
};
