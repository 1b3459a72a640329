import type { DomainEvent } from '../event.ts';
import type { ToldForeign } from '../judge/ledger.ts';
import { entryKey } from './foreign.ts';
import type { Plan } from './plan-types.ts';

/** How many entries an event names; the plan has all. */
const maxNamed = 20;

type Told = Readonly<Record<string, readonly ToldForeign[]>>;

/**
 * Follows the entries that others wrote into our targets: what came and what went since it was last told is told once. An
 * entry that grew is one that went and one that came. Targets without a plan keep what was told of them.
 */
export function followForeign(
  before: Told,
  plans: readonly Plan[],
): { readonly foreign: Told; readonly events: readonly DomainEvent[] } {
  const foreign: Record<string, readonly ToldForeign[]> = { ...before };
  const events: DomainEvent[] = [];
  for (const plan of plans) {
    const { target } = plan;
    const told = before[target] ?? [];
    const now = plan.foreign.map(({ unit, entry }) => ({ unit, entry }));
    const came = without(now, told);
    const gone = without(told, now);
    if (now.length === 0) delete foreign[target];
    else foreign[target] = now;
    if (came.length === 0 && gone.length === 0) continue;
    events.push({
      kind: 'foreign-entries',
      target,
      count: now.length,
      entries: came.slice(0, maxNamed).map(({ entry }) => entry),
      came: came.length,
      gone: gone.slice(0, maxNamed).map(({ entry }) => entry),
      ...broadIn(plan, came),
    });
  }
  return { foreign, events };
}

/** What came and makes the list moot, where no part of the plan asks about it: the mode forbids to take it out. */
function broadIn({ broad = [], mode }: Plan, came: readonly ToldForeign[]) {
  const keys = new Set(came.map(({ unit, entry }) => entryKey(unit, entry)));
  const some = broad.filter(({ unit, entry }) => keys.has(entryKey(unit, entry)));
  return mode === 'sync' || some.length === 0
    ? {}
    : { broad: some.map(({ entry, addresses }) => ({ entry, ...(addresses === undefined ? {} : { addresses }) })) };
}

function without(some: readonly ToldForeign[], others: readonly ToldForeign[]): ToldForeign[] {
  const keys = new Set(others.map(({ unit, entry }) => entryKey(unit, entry)));
  return some.filter(({ unit, entry }) => !keys.has(entryKey(unit, entry)));
}
