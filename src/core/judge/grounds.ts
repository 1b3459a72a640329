import { type Family, families } from '../address/family.ts';
import type { Sets } from '../address/sets.ts';
import type { Ground, Hold } from './ledger.ts';
import { type Loss, type LossRule, ofFamilies } from './loss-rules/loss.ts';
import type { TagPolicy } from './policy.ts';

/** Why a person would be asked about a loss, and which families each ground is about: either alone, or both only together. */
export function groundsOf(rules: readonly LossRule[], loss: Loss, policy: TagPolicy): Ground[] {
  return rules.flatMap((rule): Ground[] => {
    const whole = rule(loss, policy);
    const alone = families.flatMap((family) => {
      const reason = loss.lost[family].isEmpty ? undefined : rule(ofFamilies(loss, [family]), policy);
      return reason ? [{ reason, concerns: [[family]] }] : [];
    });
    const [first, ...more] = alone;
    if (first && more.length === 0) return [first];
    if (!whole) return alone;
    return [{ reason: whole, concerns: first ? families.map((family) => [family]) : [families] }];
  });
}

/** The grounds of a hold that somebody must answer who holds these families of the tag. */
export function openGrounds(hold: Pick<Hold, 'grounds' | 'held' | 'settled'>, watched: readonly Family[]): Ground[] {
  const isOpen = (family: Family): boolean => !hold.held[family].isEmpty && hold.settled?.[family] === undefined;
  return hold.grounds.filter(({ concerns }) =>
    concerns.some((some) => some.every((family) => watched.includes(family)) && some.some(isOpen)),
  );
}

/** Families of these sets that somebody holds. */
export function heldFamilies(sets: Sets, watched: readonly Family[]): Family[] {
  return watched.filter((family) => !sets[family].isEmpty);
}
