import { type JsonObject, textAt } from '../../core/json.ts';
import type { Problem } from '../../core/plan/live.ts';
import { unitVersion } from '../unit-state.ts';
import { markOfRule, textsAt } from './network-rule.ts';
import type { RuleContent } from './rule-target.ts';

interface NameRuleConfig {
  readonly collection: string;
  readonly rule: string;
  readonly sources: readonly string[];
}

/** Host names in an application rule of a firewall policy, as its targetFqdns. */
export function nameRule({ collection, rule: name, sources }: NameRuleConfig): RuleContent {
  return {
    collection,
    field: 'targetFqdns',
    // A unit has a family; names have none, and this one stands for them.
    families: ['ipv4'],
    nameOf: () => name,
    unit(subject, family, rule) {
      const entries = textsAt(subject, rule, 'targetFqdns');
      const mark = markOfRule(rule);
      return {
        key: name,
        family,
        entries,
        version: unitVersion([entries, mark ?? null]),
        ...(mark === undefined ? {} : { mark }),
      };
    },
    problems: (subject, _, rule) => problemsOf(subject, rule),
    fresh: () => ({
      ruleType: 'ApplicationRule',
      name,
      description: 'Host names of container registries',
      protocols: [{ protocolType: 'Https', port: 443 }],
      sourceAddresses: sources,
    }),
  };
}

function problemsOf(subject: string, rule: JsonObject): Problem[] {
  const type = textAt(rule, 'ruleType');
  if (type === 'ApplicationRule') return [];
  return [
    {
      code: 'rule-not-a-list',
      text: `The ${subject}: expected an application rule, got ${type ?? 'none'}.`,
      next: 'Delete the rule, or give the target another `rule` in the config.',
    },
  ];
}
