import { byFamily } from '../core/address/family.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Plan, TargetHold, TargetRecord } from '../core/plan/plan-types.ts';
import { listsOf } from './lists.ts';
import type { Parts } from './parts.ts';

/** What is remembered of a target, also under the id it had before. */
export async function rememberedOf(parts: Parts, target: string): Promise<TargetRecord | undefined> {
  const record = await parts.targetRecords.get(target);
  const formerly = parts.loaded.config.targets[target]?.formerly;
  if (record || formerly === undefined) return record;
  const former = await parts.targetRecords.get(formerly);
  return former && { ...former, target };
}

/** What to remember of a target whose plan is fulfilled. */
export function recordOf(parts: Parts, ledger: Ledger, plan: Plan, holds: readonly TargetHold[]): TargetRecord {
  const list = listsOf(parts.loaded.config, ledger)[plan.list];
  return {
    target: plan.target,
    kind: plan.kind,
    owned: byFamily((f) => PrefixSet.from(f, plan.owned[f])),
    tags: list?.tags ?? [],
    followed: list?.followed ?? {},
    holds,
    ...(plan.names === undefined ? {} : { names: plan.names }),
    ...(plan.drift === undefined ? {} : { drift: plan.drift }),
    ...(plan.overGrant === undefined ? {} : { overGrant: plan.overGrant }),
    ...(plan.wrote === undefined ? {} : { wrote: plan.wrote }),
  };
}
