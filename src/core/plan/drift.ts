import { dayMs } from '../calendar.ts';
import { counted } from '../judge/arithmetic.ts';
import type { Reason } from '../reason.ts';
import { type AttributedRange, causedInside, causedOutside, unionOf } from './causes.ts';
import { type Entries, entriesOf, isNone, meets, noEntries, textsOf, unite, within, without } from './entries.ts';
import type { TargetMemory } from './memory.ts';
import type { Direction, Drift } from './plan-types.ts';

/** How often the same drift is put right before a person is asked: the first may be a slip, the second is a habit. */
const driftRepairs = 2;

/** After so many days without it, a drift is a new one. */
const driftMemoryDays = 30;

export interface DriftJudgement {
  /** What drifted and may be put right now. */
  readonly repair: Entries;
  /** What is changed again and again: it stays as it is until a person approves. */
  readonly stopped: Entries;
  /** Why it is stopped; present exactly if something is. */
  readonly reason?: Reason;
  /** What memory is to hold of this direction once what `repair` says is read back; a run that puts nothing right must not keep it. */
  readonly drift: readonly Drift[];
}

/** What others changed in one direction. */
interface Drifted {
  /** What putting it right does. */
  readonly direction: Direction;
  readonly entries: Entries;
  /** Entries of others that go whole or not at all; none if absent. */
  readonly whole?: readonly Entries[];
  /** Put right however often it comes: an egress path must not stay empty while a person is asked. */
  readonly restore?: Entries;
}

/**
 * Counts the drift of a target in one direction: what was taken out and comes in again says nothing of what others put there. Each
 * range has its own count, so one that drifts for the first time is put right beside one that is contested.
 */
export function judgeDrift(
  { target, drift: past = [] }: Pick<TargetMemory, 'target' | 'drift'>,
  { direction, entries: drifted, whole = [], restore = noEntries }: Drifted,
  now: Date,
): DriftJudgement {
  const oldest = now.getTime() - driftMemoryDays * dayMs;
  const drift: Drift[] = [];
  const remember = (some: Entries, times: number, lastAt: string): void => {
    const ranges = textsOf(some);
    if (ranges.length > 0) drift.push({ ...(direction === 'add' ? {} : { direction }), ranges, times, lastAt });
  };
  const contested: Drift[] = [];
  let fresh = drifted;
  let repair = noEntries;
  let stopped = noEntries;
  // An entry that meets several counts has the highest of them.
  for (const one of driftOf(past, direction).toSorted((a, b) => b.times - a.times)) {
    if (Date.parse(one.lastAt) <= oldest) continue;
    const known = entriesOf(one.ranges);
    const again = wholeOf(within(known, fresh), whole);
    fresh = without(fresh, unite([known, again]));
    remember(without(known, again), one.times, one.lastAt);
    if (isNone(again)) continue;
    const free = one.times < driftRepairs ? again : within(again, restore);
    const held = without(again, free);
    repair = unite([repair, free]);
    stopped = unite([stopped, held]);
    remember(free, one.times + 1, now.toISOString());
    // Seen is not at peace, although nothing was put right.
    remember(held, one.times, now.toISOString());
    if (!isNone(held)) contested.push(one);
  }
  repair = unite([repair, fresh]);
  remember(fresh, 1, now.toISOString());
  const reason = contested.length > 0 ? { reason: reasonFor(target, textsOf(stopped), contested) } : {};
  return { repair, stopped, ...reason, drift };
}

/** Drift of one direction. Records from before the directions were told apart counted what came in again. */
export function driftOf(drift: readonly Drift[] | undefined, direction: Direction): readonly Drift[] {
  return (drift ?? []).filter((one) => (one.direction ?? 'add') === direction);
}

/** Some ranges, with all of the entries that they are a part of. */
function wholeOf(some: Entries, whole: readonly Entries[]): Entries {
  return unite([some, ...whole.filter((entry) => meets(entry, some))]);
}

/** What others changed since the target was read back. */
export function driftIn(caused: readonly AttributedRange[]): Entries {
  return unionOf(caused.filter(({ cause }) => cause.kind === 'drift'));
}

/** The same, with the contested ranges of one cause apart from the rest. */
export function splitContested(caused: readonly AttributedRange[], stopped: Entries): AttributedRange[] {
  return caused.flatMap((one) =>
    one.cause.kind === 'drift' ? [...causedOutside([one], stopped), ...causedInside([one], stopped)] : [one],
  );
}

/** True if a range is drift that is not put right by itself any more. */
export function isContested({ cause, entries }: AttributedRange, stopped: Entries): boolean {
  return cause.kind === 'drift' && meets(entries, stopped);
}

function reasonFor(target: string, ranges: readonly string[], contested: readonly Drift[]): Reason {
  const [first = '', ...more] = ranges;
  const named = more.length === 0 ? first : `${first} and ${counted(more.length)} more`;
  const times = Math.max(...contested.map((one) => one.times));
  const last = contested
    .map((one) => one.lastAt)
    .sort()
    .at(-1);
  return {
    rule: 'drift-again',
    text: `${named} ${more.length === 0 ? 'was' : 'were'} put right ${times} times in target ${target} (the limit is ${driftRepairs}), last seen changed on ${last?.slice(0, 10)}, and changed again: something else writes this resource and wants it otherwise`,
    next: 'find out who: the activity log of the resource names each writer; most often it is a template or Terraform run that lists the entries itself, an Azure Policy, another installation, or a person at the portal. Leave the entries to one of them, then approve this part to have them put right',
  };
}
