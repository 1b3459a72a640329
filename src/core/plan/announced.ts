import type { AnnouncedControls } from '../decisions/in-effect.ts';
import type { DomainEvent } from '../event.ts';
import type { Check } from '../judge/source-state.ts';
import { entryKey } from './foreign.ts';
import type { Plan } from './plan-types.ts';

/**
 * What was announced, so that it is announced once. It decides nothing: without it people hear the same again. Stored with the
 * ledger, because both come into force in one step.
 */
export interface Announced {
  /** Digests of files that were refused or wait. */
  readonly files: readonly string[];
  /** The last comparison of the publication in force with another way or with Azure's API. */
  readonly checks: readonly Check[];
  /** Pauses and pins; absent before the first run. */
  readonly controls?: AnnouncedControls;
  /** Entries in targets that others wrote, by target. */
  readonly foreign: Readonly<Record<string, readonly ToldForeign[]>>;
  /** Targets that left the config. */
  readonly orphans: readonly string[];
}

export const nothingAnnounced: Announced = { files: [], checks: [], foreign: {}, orphans: [] };

/** An entry that others wrote, as it was announced. */
export interface ToldForeign {
  readonly unit: string;
  readonly entry: string;
}

/** How many entries an event names; the plan has all. */
const maxNamed = 20;

type Told = Readonly<Record<string, readonly ToldForeign[]>>;

/**
 * Follows the entries that others wrote into our targets: what came and what went since the last notice is reported once. An
 * entry that grew is one that went and one that came. Targets without a plan keep what was reported of them.
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

/**
 * Targets that we wrote to and that the config no longer has: nothing is written there any more, which is reported once.
 * Back in the config, a target is no orphan.
 */
export function followOrphans(
  before: readonly string[],
  remembered: readonly string[],
  configured: ReadonlySet<string>,
): { orphans: readonly string[]; events: readonly DomainEvent[] } {
  const orphans = remembered.filter((target) => !configured.has(target)).sort();
  const events = orphans
    .filter((target) => !before.includes(target))
    .map((target) => ({ kind: 'target-orphaned' as const, target }));
  return { orphans, events };
}
