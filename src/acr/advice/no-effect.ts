import type { AdviceRule, AdvisedRegistry } from './advice.ts';
import { azUpdate, reaches } from './words.ts';

/** A list that changes nothing gives false comfort. */
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
  return settings.defaultAction === 'Allow' ? 'the default action is Allow, so everybody passes' : undefined;
}
