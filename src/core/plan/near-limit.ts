import type { Layout } from './live.ts';
import type { Plan, TargetRecord } from './plan-types.ts';

/** From here on there is time to act before nothing fits any more. */
const nearShare = 0.8;

/**
 * How full a target gets with this plan, in the fuller family, if that is the plan with which it passes 80 % of its
 * room: so it is told once, and again only after it was emptier. Undefined for a plan that writes nothing.
 */
export function passesNearLimit(
  plan: Pick<Plan, 'owned' | 'refusals' | 'mode'>,
  record: Pick<TargetRecord, 'owned'> | undefined,
  { entriesPerUnit, maxUnits }: Pick<Layout, 'entriesPerUnit' | 'maxUnits'>,
): { readonly entries: number; readonly room: number } | undefined {
  if (plan.refusals.length > 0 || plan.mode === 'report-only') return undefined;
  const room = entriesPerUnit * maxUnits;
  const entries = Math.max(plan.owned.ipv4.length, plan.owned.ipv6.length);
  const before = record ? Math.max(record.owned.ipv4.toPrefixes().length, record.owned.ipv6.toPrefixes().length) : 0;
  return entries >= room * nearShare && before < room * nearShare ? { entries, room } : undefined;
}
