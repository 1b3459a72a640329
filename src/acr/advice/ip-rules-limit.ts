import { IP_RULES_PER_REGISTRY } from '../../azure/limits.ts';
import type { AdviceRule } from './advice.ts';
import { azOf } from './words.ts';

/** From here on there is time to act. */
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
