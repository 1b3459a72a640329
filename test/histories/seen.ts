import type { Layout, LiveUnit } from '../../src/core/plan/live.ts';
import type { Plan } from '../../src/core/plan/plan-types.ts';
import type { HoldView } from '../../src/operator/operator.ts';
import type { Change } from '../../src/ports/store.ts';
import type { RunContext } from '../../src/run/context.ts';
import type { RunView } from '../../src/run/service.ts';
import { type ConfigPlan, holdsNames, isOutside, layoutOf } from './world/config-plan.ts';
import type { Resource } from './world/resource.ts';
import { pointsOf } from './world/universe.ts';
import type { Opened, World } from './world/world.ts';

/** One unit as it stands in the world. */
export interface SeenUnit {
  readonly key: string;
  readonly entries: readonly string[];
  readonly mark?: string | undefined;
}

export type Lives = ReadonlyMap<string, readonly SeenUnit[]>;

/** What is to be seen from outside when the queues are empty. */
export interface Seen {
  /** Runs that were closed since it was looked last, oldest first. */
  readonly runs: readonly RunView[];
  /** What was there when the runs were asked for; `before`: what was there once others had changed it in the middle. */
  readonly read: Lives;
  readonly before: Lives;
  readonly after: Lives;
  /** The newest plan of each target, if one of these runs made one. */
  readonly plans: ReadonlyMap<string, Plan>;
  readonly holds: readonly HoldView[];
  /** Of these runs. */
  readonly changes: readonly Change[];
  /** Targets that something went wrong with, by the world's doing; all if a process was killed. */
  readonly disturbed: ReadonlySet<string>;
  readonly killed: boolean;
  /** Where moves and memory of a target disagree. */
  readonly differ?: string;
}

/** What every target holds now. */
export async function livesOf(world: World, { targets }: ConfigPlan, { context }: Opened): Promise<Lives> {
  const lives = new Map<string, readonly SeenUnit[]>();
  for (const [id, { kind }] of Object.entries(targets)) {
    lives.set(id, isOutside(kind) ? unitsOf(world.resource(id)) : await feedUnits(context, layoutOf(kind).unitKey));
  }
  return lives;
}

export function unitsOf(resource: Resource): LiveUnit[] {
  return resource.keys().flatMap((key) => resource.unit(key) ?? []);
}

/** A feed lies in the store: the service alone changes it. */
async function feedUnits(context: RunContext, unitKey: Layout['unitKey']): Promise<SeenUnit[]> {
  const [feed = ''] = unitKey('ipv4', 0).split('/');
  const units: SeenUnit[] = [];
  for (const family of ['ipv4', 'ipv6'] as const) {
    const list = await context.feeds.get(feed, family);
    if (list && list.entries.length > 0) units.push({ key: `${feed}/${family}`, ...list });
  }
  return units;
}

/** Points, or names, that entries of a target cover. */
export function coverOf(names: boolean, entries: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const entry of entries) {
    if (names) all.add(entry);
    else for (const point of pointsOf(entry)) all.add(point);
  }
  return all;
}

export function entriesIn(lives: Lives, id: string): string[] {
  return (lives.get(id) ?? []).flatMap(({ entries }) => [...entries]);
}

/** Points of the entries that are not of other writers. */
export function oursIn(lives: Lives, id: string, foreign: ReadonlySet<string>, config: ConfigPlan): Set<string> {
  const { kind } = config.targets[id] ?? {};
  return coverOf(
    kind !== undefined && holdsNames(kind),
    entriesIn(lives, id).filter((entry) => !foreign.has(entry)),
  );
}
