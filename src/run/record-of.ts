import { byFamily } from '../core/address/family.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Plan, TargetHold, TargetRecord } from '../core/plan/plan-types.ts';
import type { Parts } from './parts.ts';

/** What to remember of a target whose plan is fulfilled. */
export function recordOf(parts: Parts, plan: Plan, holds: readonly TargetHold[]): TargetRecord {
  return {
    target: plan.target,
    kind: plan.kind,
    owned: byFamily((f) => PrefixSet.from(f, plan.owned[f])),
    tags: parts.loaded.config.lists[plan.list]?.tags ?? [],
    holds,
  };
}
