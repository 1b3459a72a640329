import { emptySets } from '../address/sets.ts';
import type { Reason } from '../judge/ledger.ts';
import type { TargetHold } from './plan-types.ts';
import { holdId, judgeHold, type TargetHoldInput } from './target-holds.ts';

interface NameHoldInput extends Omit<TargetHoldInput, 'unselected' | 'byRegistry'> {
  /** Names of ours that the list no longer has. */
  readonly unselected: readonly string[];
  readonly cause: TargetHold['cause'];
}

/** As `keepTargetHolds`, for host names: what is named again leaves its hold, the rest stays for the clock or an answer. */
export function keepNameHolds(input: NameHoldInput): {
  readonly holds: readonly TargetHold[];
  readonly ripe: readonly string[];
  readonly waiting: readonly string[];
  readonly reasons: readonly Reason[];
} {
  const { unselected, now, count } = input;
  const kept = input.holds
    .map((hold) => ({ ...hold, names: (hold.names ?? []).filter((name) => unselected.includes(name)) }))
    .filter(({ names }) => names.length > 0);
  const fresh = unselected.filter((name) => !kept.some(({ names }) => names.includes(name)));
  const since = now.toISOString();
  const opened: TargetHold = {
    id: holdId(input.target, input.cause, since, fresh),
    cause: input.cause,
    since,
    count,
    held: emptySets,
    names: fresh,
  };
  const holds = fresh.length > 0 ? [...kept, opened] : kept;
  const judged = holds.map((hold) => ({ hold, reason: judgeHold(hold, hold.names?.length ?? 0, input) }));
  const ripe = judged.filter(({ reason }) => reason === undefined).flatMap(({ hold }) => hold.names ?? []);
  return {
    holds,
    ripe,
    waiting: unselected.filter((name) => !ripe.includes(name)),
    reasons: judged.flatMap(({ reason }) => reason ?? []),
  };
}
