import { createHash } from 'node:crypto';
import { dayMs } from '../calendar.ts';
import type { HoldDecision } from '../decisions/decision.ts';
import { quantity } from '../judge/arithmetic.ts';
import type { TagPolicy } from '../judge/policy.ts';
import type { Reason } from '../reason.ts';
import {
  covers,
  type Entries,
  entriesOf,
  isNone,
  noEntries,
  sizeOf,
  textsOf,
  unite,
  within,
  without,
} from './entries.ts';
import type { TargetHold } from './plan-types.ts';

export interface TargetHoldInput {
  readonly target: string;
  readonly holds: readonly TargetHold[];
  /** Ranges of ours that the list no longer selects, whatever the publication says. */
  readonly unselected: Entries;
  /** Those of them that a registry left; none if absent. */
  readonly byRegistry?: Entries;
  readonly now: Date;
  /** `Ledger.count`. */
  readonly count: number;
  readonly policy: TagPolicy;
  /** Answers to each hold, by its id, oldest first. */
  readonly answers: ReadonlyMap<string, readonly HoldDecision[]>;
  /** Why the clock releases nothing now, such as a stale source; absent if it may. */
  readonly releasesWait?: string;
  /** Ranges whose removal waited for approval in the run before, and still does: their clock has expired. None if absent. */
  readonly asked?: Entries;
}

interface TargetHoldResult {
  /** Holds from now on, ripe ones included until their ranges are out. */
  readonly holds: readonly TargetHold[];
  readonly ripe: Entries;
  readonly waiting: Entries;
  readonly reasons: readonly Reason[];
}

/**
 * A range that a list stops selecting stays for the same time as one that Microsoft stops publishing: an edit made by
 * mistake must not cut clients off. What is selected again leaves its hold.
 */
export function keepTargetHolds(input: TargetHoldInput): TargetHoldResult {
  const { unselected } = input;
  const kept = input.holds
    .map((hold) => ({ ...hold, held: within(hold.held, unselected) }))
    .filter((hold) => !isNone(hold.held));
  const fresh = without(unselected, unite(kept.map(({ held }) => held)));
  const { byRegistry = noEntries } = input;
  const holds = [
    ...kept,
    ...openHold(input, 'registry', within(fresh, byRegistry)),
    ...openHold(input, 'config', without(fresh, byRegistry)),
  ];
  const ripe: Entries[] = [];
  const reasons: Reason[] = [];
  for (const hold of holds) {
    for (const { held, answer } of answeredParts(hold, input.answers.get(hold.id) ?? [])) {
      const reason = judgeHold({ ...hold, held }, answer, input);
      if (reason) reasons.push(reason);
      else ripe.push(held);
    }
  }
  const out = unite(ripe);
  return { holds, ripe: out, waiting: without(unselected, out), reasons };
}

/** A hold by its latest answers: an answer to some of its ranges leaves the rest as it was. */
function answeredParts(
  { held }: TargetHold,
  answers: readonly HoldDecision[],
): { readonly held: Entries; readonly answer?: HoldDecision }[] {
  const parts: { held: Entries; answer?: HoldDecision }[] = [];
  let rest = held;
  for (const answer of answers.toReversed()) {
    const own = answer.ranges === undefined ? rest : within(rest, entriesOf(answer.ranges));
    rest = without(rest, own);
    if (!isNone(own)) parts.push({ held: own, answer });
  }
  return isNone(rest) ? parts : [...parts, { held: rest }];
}

function openHold(
  { target, now, count }: TargetHoldInput,
  cause: TargetHold['cause'],
  held: Entries,
): readonly TargetHold[] {
  if (isNone(held)) return [];
  const since = now.toISOString();
  return [{ id: holdId(target, cause, since, textsOf(held)), cause, since, count, held }];
}

/** Tells the holds of a target apart by what they hold and since when. */
function holdId(target: string, cause: TargetHold['cause'], since: string, held: readonly string[]): string {
  const hash = createHash('sha256')
    .update(`${target}|${since}|${held.join(',')}`)
    .digest('hex')
    .slice(0, 8);
  return `${target}-${cause}-${hash}`;
}

/** Why a hold waits still; undefined if it is released, by the clock or by an answer. */
function judgeHold(
  hold: TargetHold,
  answer: HoldDecision | undefined,
  { now, count, policy, releasesWait, asked = noEntries }: TargetHoldInput,
): Reason | undefined {
  const days = (now.getTime() - Date.parse(hold.since)) / dayMs;
  const publications = count - hold.count;
  const keeps = answer?.answer === 'keep' && (answer.until === undefined || now.toISOString() < answer.until);
  const overdue = days >= policy.lossClockDays && publications >= policy.lossClockPublications;
  if (answer?.answer === 'remove' || (overdue && !keeps && releasesWait === undefined)) return undefined;
  if (!keeps && covers(asked, hold.held)) return undefined;
  if (answer && keeps) {
    return {
      rule: 'kept',
      text: `${answer.by.name} answered keep on ${answer.at.slice(0, 10)}: ${answer.why}`,
      next: answer.until
        ? `the clock is back on ${answer.until.slice(0, 10)}`
        : `\`answer remove ${hold.id} --why "..."\` has it out`,
    };
  }
  const names = hold.held.names.length > 0;
  const where =
    hold.cause !== 'registry'
      ? 'are in no list of this target'
      : names
        ? 'are no longer those of a registry'
        : 'are in regions that the registry has left';
  const waits = overdue && releasesWait !== undefined ? `; nothing is released while ${releasesWait}` : '';
  return {
    rule: 'config-clock',
    text: `${quantity(sizeOf(hold.held), names ? 'name' : 'range')} ${where} since ${hold.since.slice(0, 10)}: kept for ${quantity(policy.lossClockDays, 'day')} and ${quantity(policy.lossClockPublications, 'file')}, so far ${quantity(Math.floor(Math.max(days, 0)), 'day')} and ${quantity(publications, 'file')}${waits}`,
    next: `nothing to do: they go out by themselves; \`answer remove ${hold.id} --why "..."\` has them out now`,
  };
}
