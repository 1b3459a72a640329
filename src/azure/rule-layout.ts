import { type Family, families } from '../core/address/family.ts';
import type { Layout } from '../core/plan/live.ts';
import { combinationsEach, type NetworkRuleConfig, nameOfRule } from './network-rule.ts';

export interface RuleTargetConfig extends NetworkRuleConfig {
  /** Whether IPv6 may be written at all; absent where it never may. */
  readonly dualStack?: boolean;
  readonly maxCombinations: number;
}

/** One rule a family; both share the firewall's combinations. */
export function ruleLayout(config: RuleTargetConfig): Layout {
  const held: readonly Family[] = config.dualStack ? families : ['ipv4'];
  return {
    families: held,
    entriesPerUnit: Math.max(1, Math.floor(config.maxCombinations / combinationsEach(config) / held.length)),
    maxUnits: 1,
    unitKey: (family) => nameOfRule(config, family),
    whenEmpty: 'delete',
  };
}
