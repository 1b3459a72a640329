import { createHash } from 'node:crypto';
import { byFamily } from '../address/family.ts';
import { emptySets, intersect, isEmpty, prefixesOf, type Sets, subtract, union } from '../address/sets.ts';
import { dayMs } from '../calendar.ts';
import type { AnswerWord } from '../control/word.ts';
import { quantity } from '../judge/arithmetic.ts';
import type { Reason } from '../judge/ledger.ts';
import type { TagPolicy } from '../judge/policy.ts';
import type { TargetHold } from './plan-types.ts';

export interface TargetHoldInput {
  readonly target: string;
  readonly holds: readonly TargetHold[];
  /** Ranges of ours that the list no longer selects, whatever the publication says. */
  readonly unselected: Sets;
  /** Those of them that a registry left; none if absent. */
  readonly byRegistry?: Sets;
  readonly now: Date;
  /** `Ledger.count`. */
  readonly count: number;
  readonly policy: TagPolicy;
  /** The latest answer to each hold, by its id. */
  readonly answers: ReadonlyMap<string, AnswerWord>;
}

interface TargetHoldResult {
  /** Holds from now on, ripe ones included until their ranges are out. */
  readonly holds: readonly TargetHold[];
  readonly ripe: Sets;
  readonly waiting: Sets;
  readonly reasons: readonly Reason[];
}

/**
 * A range that a list stops selecting stays for the same time as one that Microsoft stops publishing: an edit made by
 * mistake must not cut anybody off. What is selected again leaves its hold.
 */
export function keepTargetHolds(input: TargetHoldInput): TargetHoldResult {
  const { unselected } = input;
  const kept = input.holds
    .map((hold) => ({ ...hold, held: intersect(hold.held, unselected) }))
    .filter((hold) => !isEmpty(hold.held));
  const fresh = byFamily((f) => kept.reduce((rest, hold) => rest.subtract(hold.held[f]), unselected[f]));
  const { byRegistry = emptySets } = input;
  const holds = [
    ...kept,
    ...openHold(input, 'registry', intersect(fresh, byRegistry)),
    ...openHold(input, 'config', subtract(fresh, byRegistry)),
  ];
  const ripe: TargetHold[] = [];
  const reasons: Reason[] = [];
  for (const hold of holds) {
    const reason = judgeHold(hold, prefixesOf(hold.held).length, input);
    if (reason) reasons.push(reason);
    else ripe.push(hold);
  }
  const ripeSets = union(ripe.map((hold) => hold.held));
  return { holds, ripe: ripeSets, waiting: subtract(unselected, ripeSets), reasons };
}

function openHold(
  { target, now, count }: TargetHoldInput,
  cause: TargetHold['cause'],
  held: Sets,
): readonly TargetHold[] {
  if (isEmpty(held)) return [];
  const since = now.toISOString();
  return [{ id: holdId(target, cause, since, prefixesOf(held)), cause, since, count, held }];
}

/** Tells the holds of a target apart by what they hold and since when. */
export function holdId(target: string, cause: TargetHold['cause'], since: string, held: readonly string[]): string {
  const hash = createHash('sha256')
    .update(`${target}|${since}|${held.join(',')}`)
    .digest('hex')
    .slice(0, 8);
  return `${target}-${cause}-${hash}`;
}

/** Why a hold waits still; undefined if it is ripe, by the clock or by an answer. `size`: ranges or names in it. */
export function judgeHold(
  hold: TargetHold,
  size: number,
  { now, count, policy, answers }: Pick<TargetHoldInput, 'now' | 'count' | 'policy' | 'answers'>,
): Reason | undefined {
  const days = (now.getTime() - Date.parse(hold.since)) / dayMs;
  const publications = count - hold.count;
  const answer = answers.get(hold.id);
  const keeps = answer?.answer === 'keep' && (answer.until === undefined || now.toISOString() < answer.until);
  const overdue = days >= policy.lossClockDays && publications >= policy.lossClockPublications;
  if (answer?.answer === 'remove' || (overdue && !keeps)) return undefined;
  if (answer && keeps) {
    return {
      rule: 'kept',
      text: `${answer.by.name} answered keep on ${answer.at.slice(0, 10)}: ${answer.why}`,
      next: answer.until ? `the clock is back on ${answer.until.slice(0, 10)}` : 'answer remove to have it out',
    };
  }
  const where =
    hold.cause !== 'registry'
      ? 'are in no list of this target'
      : hold.names
        ? 'are no longer those of a registry'
        : 'are in regions that the registry has left';
  return {
    rule: 'config-clock',
    text: `${quantity(size, hold.names ? 'name' : 'range')} ${where} since ${hold.since.slice(0, 10)}: kept for ${quantity(policy.lossClockDays, 'day')} and ${quantity(policy.lossClockPublications, 'file')}, so far ${quantity(Math.floor(Math.max(days, 0)), 'day')} and ${quantity(publications, 'file')}`,
    next: `nothing to do: they go out by themselves; to have them out now, answer remove to hold ${hold.id}`,
  };
}
