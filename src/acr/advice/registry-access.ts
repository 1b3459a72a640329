import { quantity } from '../../core/judge/arithmetic.ts';
import { IP_RULES_PER_REGISTRY } from '../../core/registry.ts';
import { type AdviceRule, type AdvisedRegistry, azOf, azUpdate, layersIn, reaches } from './advice.ts';

/** A list without effect gives a false sense of safety. */
export const noEffect: AdviceRule = function* ({ registries, lists, targets }) {
  for (const registry of registries) {
    const { settings, origin } = registry.registry;
    if (!settings) continue;
    const ingress = targets.filter(({ admitsTo }) => admitsTo === origin);
    const why = whyNoRules(registry);
    if (why && (ingress.length > 0 || settings.ipRules.length > 0)) {
      const [target] = ingress;
      yield {
        rule: 'no-effect',
        weight: 'do',
        registry: registry.name,
        ...(target ? { target: target.id } : {}),
        text: `The IP rules of ${registry.name} (${settings.ipRules.length}) have no effect: ${why}.`,
        figures: { ipRules: settings.ipRules.length },
        commands: settings.publicNetworkAccess === 'Enabled' ? [azUpdate(settings, '--default-action Deny')] : [],
      };
    }
    if (settings.publicNetworkAccess !== 'Disabled') continue;
    for (const list of lists) {
      if (!reaches(list, registry)) continue;
      yield {
        rule: 'no-effect',
        weight: 'do',
        registry: registry.name,
        list: list.name,
        text: `${list.name} lets clients out to ${registry.name}, which answers on private endpoints only: its public network access is disabled. Unless another registry needs the list, take it out of the firewalls.`,
        figures: { targets: list.targets.length },
        commands: [],
      };
    }
  }
};

function whyNoRules({ registry: { settings } }: AdvisedRegistry): string | undefined {
  if (!settings) return undefined;
  if (settings.publicNetworkAccess === 'Disabled') return 'public network access is disabled';
  if (settings.publicNetworkAccess === 'SecuredByPerimeter') {
    return `${settings.perimeter ?? 'a network security perimeter'} is enforced, and its access rules decide`;
  }
  return settings.defaultAction === 'Allow' ? 'the default action is Allow, so every address passes' : undefined;
}

/** A registry whose firewall admits every address is protected by its credentials alone. */
export const publicAccess: AdviceRule = function* ({ registries }) {
  for (const { name, registry } of registries) {
    const { settings } = registry;
    if (settings?.publicNetworkAccess !== 'Enabled' || settings.defaultAction !== 'Allow') continue;
    const premium = settings.tier === 'Premium';
    yield {
      rule: 'public-access',
      weight: 'consider',
      registry: name,
      text: `${name} is open to all networks: its login is reachable from every address, and credentials alone protect it.${premium ? ' Admit the addresses of its clients first, then deny the rest.' : ''}`,
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

/** From this number on, a warning leaves time to act. */
const near = 160;

export const ipRulesLimit: AdviceRule = function* ({ registries }) {
  for (const { name, registry } of registries) {
    const { settings } = registry;
    const count = settings?.ipRules.length ?? 0;
    if (!settings || count < near) continue;
    yield {
      rule: 'ip-rules-limit',
      weight: 'do',
      registry: name,
      text: `${name} has ${count} of at most ${IP_RULES_PER_REGISTRY} IP rules, and the limit is fixed: put clients behind fewer addresses (a NAT gateway, a proxy), or move them to a private endpoint.`,
      figures: { ipRules: count, limit: IP_RULES_PER_REGISTRY },
      commands: [`az acr network-rule list ${azOf(settings)}`],
    };
  }
};

/** Services that pass a registry's firewall without being in a list. Only a restricted registry has one. */
export const trustedServices: AdviceRule = function* ({ registries }) {
  for (const { name, registry } of registries) {
    const { settings } = registry;
    if (!settings || (settings.publicNetworkAccess === 'Enabled' && settings.defaultAction === 'Allow')) continue;
    const { trustedServices: on, trustedTasks } = settings;
    yield {
      rule: 'trusted-services',
      weight: 'know',
      registry: name,
      text: on
        ? `Trusted Azure services pass the firewall of ${name} without a rule: among them Azure Container Instances, Machine Learning, Defender for Cloud and registry imports, of any subscription that has rights on the registry. App Service is not one of them.`
        : `Trusted Azure services do not pass the firewall of ${name}: imports, Defender for Cloud and Azure Machine Learning need a private endpoint or a rule. App Service would not pass either way.`,
      figures: {},
      commands: [azUpdate(settings, `--allow-trusted-services ${on ? 'false' : 'true'}`)],
    };
    yield {
      rule: 'trusted-tasks',
      weight: 'know',
      registry: name,
      text: trustedTasks
        ? `ACR Tasks with a system-assigned identity pass the firewall of ${name}: a switch of their own, networkRuleBypassAllowedForTasks, is on.${on ? '' : ' It has no effect while trusted services are off.'}`
        : `ACR Tasks do not pass the firewall of ${name}, even with trusted services on: since June 2025 they need networkRuleBypassAllowedForTasks as well.`,
      figures: {},
      commands: [
        `az resource update --ids ${registry.origin} --set properties.networkRuleBypassAllowedForTasks=${trustedTasks ? 'false' : 'true'}`,
      ],
    };
  }
};

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

/** A tier without the features that other advice needs. */
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
      text: `${registry.name} is of the tier ${settings.tier}: dedicated data endpoints, IP rules, private endpoints and replicas need Premium.${layers.length > 0 ? ` Until then its clients need access to ${quantity(addresses, 'address', 'addresses')} of Azure Storage.` : ''}`,
      figures: { addresses: addresses.toString() },
      commands: [azUpdate(settings, '--sku Premium')],
    };
  }
};
