import type { AdviceRule } from './advice.ts';
import { azOf } from './words.ts';

/** IP rules a registry takes; fixed. Source: registry documentation of January 2026; older pages say 100. */
const mostIpRules = 200;
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
      text: `${name} has ${count} of at most ${mostIpRules} IP rules, and the limit is fixed: put clients behind fewer addresses (a NAT gateway, a proxy), or move them to a private endpoint.`,
      figures: { ipRules: count, limit: mostIpRules },
      commands: [`az acr network-rule list ${azOf(settings)}`],
    };
  }
};
