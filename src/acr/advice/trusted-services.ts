import type { AdviceRule } from './advice.ts';
import { azUpdate } from './words.ts';

/** Who passes a registry's firewall without standing in any list. Only a restricted registry has one. */
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
