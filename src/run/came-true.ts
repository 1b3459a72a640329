import { byFamily } from '../core/address/family.ts';
import { familyOf } from '../core/address/prefix.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Sets } from '../core/address/sets.ts';
import { isHostName } from '../core/host-name.ts';
import { addressesOf } from '../core/plan/holding.ts';
import type { Live } from '../core/plan/live.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import type { Change } from '../ports/history.ts';
import type { Intent } from '../ports/runs.ts';

/** Addresses of all entries of a target, each family together. */
export function addressesIn(live: Live): Sets {
  return byFamily((f) =>
    PrefixSet.unionOf(
      f,
      live.units
        .filter((unit) => unit.family === f)
        .flatMap((unit) => unit.entries.map((entry) => addressesOf(entry, f)).filter((set) => set !== undefined)),
    ),
  );
}

/** Host names among its entries. */
export function namesIn(live: Live): ReadonlySet<string> {
  return new Set(live.units.flatMap(({ entries }) => entries.filter(isHostName)));
}

/** The steps that are true of the target now, of the plan as recorded and as made again. */
export function changesOf(
  recorded: Plan,
  plan: Plan,
  live: Sets & { readonly names: ReadonlySet<string> },
  intent: Intent,
  at: string,
): Change[] {
  const parts = plan === recorded ? recorded.parts : [...recorded.parts, ...plan.parts];
  const seen = new Set<string>();
  return parts
    .filter(({ verdict }) => verdict.kind === 'go')
    .flatMap(({ direction, steps }) =>
      steps.flatMap(({ prefix, cause }): Change[] => {
        const family = familyOf(prefix);
        const set = isHostName(prefix) ? PrefixSet.empty(family) : PrefixSet.from(family, [prefix]);
        const isIn = isHostName(prefix) ? live.names.has(prefix) : live[family].covers(set);
        const isSo = direction === 'add' ? isIn : !isIn && !live[family].overlaps(set);
        if (!isSo || seen.has(`${direction} ${prefix}`)) return [];
        seen.add(`${direction} ${prefix}`);
        return [{ target: recorded.target, list: recorded.list, run: intent.run, at, direction, prefix, cause }];
      }),
    );
}
