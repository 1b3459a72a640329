import { families } from '../address/family.ts';
import { quantity } from '../judge/arithmetic.ts';
import type { Entries } from './entries.ts';
import type { PlanInput } from './plan-input.ts';

/** What this target cannot hold is said, never dropped in silence. */
export function notContained({ target, layout, selection }: PlanInput, wanted: Entries): string[] {
  if (target.holds === 'names') return [];
  return families
    .filter((family) => !layout.families.includes(family) && !wanted[family].isEmpty)
    .map((family) => {
      const prefix = family === 'ipv4' ? 'IPv4 prefix' : 'IPv6 prefix';
      const left = quantity(wanted[family].toPrefixes().length, prefix, `${prefix}es`);
      return `not in this target: ${left} of list ${selection.list}, which a target of kind ${target.kind} cannot hold`;
    });
}
