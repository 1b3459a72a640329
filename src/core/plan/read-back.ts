import { covers, type Entries, entriesOf, entryOf, isNone, meets, unite, within } from './entries.ts';
import type { Live } from './live.ts';
import { ownedOf, type TargetMemory } from './memory.ts';
import { classifyEntries, standingIn } from './ownership.ts';
import type { Cause, Plan, Step } from './plan-types.ts';

/** What of a plan is true of its target, as read after the writes. */
export interface ReadBack {
  /** Everything there that is ours, by itself: a broader entry of others does not count. */
  readonly ours: Entries;
  /** Steps that are so now. */
  readonly added: readonly Step[];
  readonly removed: readonly Step[];
  /** Wanted ranges that were there before, let through, and are there still. */
  readonly adopted: readonly Step[];
  /** Whether everything that was to go in is in. */
  readonly allIn: boolean;
  /** Whether all is out that others had put there and that was to go. */
  readonly driftOut: boolean;
  /** Keys of the units with something of ours in them. */
  readonly units: readonly string[];
  /** Of a shared list: the entries of ours that are there. */
  readonly claimed?: readonly string[];
}

/**
 * Compares a plan with what its target contains now. A step is true only if it is read: what was sent and is not there has
 * not happened.
 */
export function readBack(plan: Plan, memory: TargetMemory | undefined, live: Live): ReadBack {
  const steps = (direction: 'add' | 'remove') =>
    plan.parts
      .filter((part) => part.direction === direction && part.verdict.kind === 'go')
      .flatMap((part) => part.steps);
  const adopts = plan.adopts ?? [];
  const goingIn = entriesOf([...steps('add'), ...adopts].map(({ prefix }) => prefix));
  const claimed = plan.wrote === undefined ? undefined : standingIn(live, [...(memory?.claimed ?? []), ...plan.wrote]);
  const known = unite([ownedOf(memory), goingIn, entriesOf(claimed ?? [])]);
  const { ours, units } = classifyEntries(live, known, claimed === undefined ? undefined : new Set(claimed));
  const isIn = ({ prefix }: Step) => covers(ours, entriesOf([prefix]));
  const isOut = (step: Step) =>
    ofOthers.has(step.cause.kind) ? isDropped(step, plan, live) : !meets(ours, entriesOf([step.prefix]));
  return {
    ours,
    units: units.filter((held) => !isNone(held.ours)).map(({ unit }) => unit.key),
    added: steps('add').filter(isIn),
    removed: steps('remove').filter(isOut),
    adopted: adopts.filter(isIn),
    allIn: covers(ours, goingIn),
    driftOut: steps('remove')
      .filter(({ cause }) => cause.kind === 'drift')
      .every(isOut),
    ...(claimed === undefined ? {} : { claimed }),
  };
}

/** Causes of removals that are about entries of others. */
export const ofOthers: ReadonlySet<Cause['kind']> = new Set(['foreign', 'drift', 'first contact']);

/** Whether the entries of others that a step removes are gone. */
function isDropped({ prefix }: Step, { changes }: Plan, { units }: Live): boolean {
  const named = entriesOf([prefix]);
  return changes.every(({ key, dropped = [] }) => {
    const unit = units.find((one) => one.key === key);
    return dropped.every((text) => !unit?.entries.includes(text) || isNone(within(entryOf(text, unit.family), named)));
  });
}
