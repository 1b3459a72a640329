import { families } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { type Layout, type Live, renderedBy } from './live.ts';
import { ownedOf, type TargetMemory } from './memory.ts';
import type { Plan } from './plan-types.ts';

/** From here on there is time to act before nothing fits any more. */
const nearShare = 0.8;

/**
 * How full a target gets with this plan, in the fuller family or in all, if that is the plan with which it passes 80 % of
 * its room: so it is told once, and again only after it was emptier. What others wrote there takes room as well.
 * Undefined for a plan that writes nothing.
 */
export function passesNearLimit(
  plan: Pick<Plan, 'owned' | 'names' | 'foreign' | 'refusals' | 'mode'>,
  memory: Pick<TargetMemory, 'grants'> | undefined,
  layout: Pick<Layout, 'entriesPerUnit' | 'maxUnits' | 'together' | 'render'>,
  { taken = 0 }: Pick<Live, 'taken'> = {},
): { readonly entries: number; readonly room: number } | undefined {
  if (plan.refusals.length > 0 || plan.mode === 'report-only') return undefined;
  const { entriesPerUnit, maxUnits, together } = layout;
  const owned = ownedOf(memory);
  const each = families.map((family) => {
    const isOf = (entry: string) => entry.includes(':') === (family === 'ipv6');
    const names = family === 'ipv4';
    const foreign = plan.foreign.filter(({ entry }) => isOf(entry)).length;
    return {
      room: entriesPerUnit * maxUnits,
      entries:
        renderedBy(layout, PrefixSet.from(family, plan.owned[family])).length +
        (names ? (plan.names?.length ?? 0) : 0) +
        foreign,
      // Nothing was told of a target before it was first written.
      before: memory ? renderedBy(layout, owned[family]).length + (names ? owned.names.length : 0) + foreign : 0,
    };
  });
  const all = (of: (one: (typeof each)[number]) => number) => each.reduce((sum, one) => sum + of(one), taken);
  const whole =
    together === undefined
      ? []
      : [{ room: together, entries: all(({ entries }) => entries), before: memory ? all(({ before }) => before) : 0 }];
  const isNear = (count: number, room: number) => count >= room * nearShare;
  const [fullest] = [...each, ...whole]
    .filter(({ entries, before, room }) => isNear(entries, room) && !isNear(before, room))
    .sort((a, b) => b.entries / b.room - a.entries / a.room);
  return fullest && { entries: fullest.entries, room: fullest.room };
}
