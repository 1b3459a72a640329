import { intersect, isEmpty, prefixesOf, type Sets, setsOf, subtract, union } from '../address/sets.ts';
import { dayMs } from '../calendar.ts';
import { counted } from '../judge/arithmetic.ts';
import type { Reason } from '../judge/ledger.ts';
import type { Drift, TargetRecord } from './plan-types.ts';

/** How often the same drift is repaired before a person is asked: the first may be a slip, the second is a habit. */
const driftRepairs = 2;

/** After so many days without it, a drift is a new one. */
const driftMemoryDays = 30;

/** What counting needs of a set of what drifts: ranges of addresses, or host names. */
interface Drifting<S> {
  /** Throws for a text that cannot be in such a set. */
  of(texts: readonly string[]): S;
  texts(set: S): string[];
  isEmpty(set: S): boolean;
  intersect(set: S, other: S): S;
  subtract(set: S, other: S): S;
  union(all: readonly S[]): S;
}

export const driftingRanges: Drifting<Sets> = { of: setsOf, texts: prefixesOf, isEmpty, intersect, subtract, union };

export const driftingNames: Drifting<readonly string[]> = {
  of: (names) => names,
  texts: (names) => [...names].sort(),
  isEmpty: (names) => names.length === 0,
  intersect: (names, others) => names.filter((name) => others.includes(name)),
  subtract: (names, others) => names.filter((name) => !others.includes(name)),
  union: (all) => [...new Set(all.flat())],
};

export interface DriftJudgement<S> {
  /** Drifted ranges that may be put right now. */
  readonly repair: S;
  /** Those that somebody changes again and again: they stay as they are until a person approves. */
  readonly stopped: S;
  /** Why they are stopped; present exactly if some are. */
  readonly reason?: Reason;
  /**
   * What the record is to remember once this run has done what `repair` says; a run that repairs nothing (report-only,
   * failed) must not keep it.
   */
  readonly drift: readonly Drift[];
}

/**
 * Counts the drift of a target. `drifted`: ranges, in or out, or names, that somebody else changed since the record was
 * verified. Each has its own count, so one that drifts for the first time is repaired beside one that is fought over.
 */
export function judgeDrift<S>(
  kind: Drifting<S>,
  record: Pick<TargetRecord, 'target' | 'drift'>,
  drifted: S,
  now: Date,
): DriftJudgement<S> {
  const memory = now.getTime() - driftMemoryDays * dayMs;
  const drift: Drift[] = [];
  const remember = (set: S, times: number, lastAt: string): void => {
    const ranges = kind.texts(set);
    if (ranges.length > 0) drift.push({ ranges, times, lastAt });
  };
  const fought: Drift[] = [];
  let fresh = drifted;
  let repair = kind.of([]);
  let stopped = kind.of([]);
  for (const past of record.drift ?? []) {
    if (Date.parse(past.lastAt) <= memory) continue;
    const known = kind.of(past.ranges);
    const again = kind.intersect(known, fresh);
    fresh = kind.subtract(fresh, known);
    remember(kind.subtract(known, again), past.times, past.lastAt);
    if (kind.isEmpty(again)) continue;
    if (past.times < driftRepairs) {
      repair = kind.union([repair, again]);
      remember(again, past.times + 1, now.toISOString());
    } else {
      stopped = kind.union([stopped, again]);
      fought.push(past);
      // Seen is not at peace, although nothing was repaired.
      remember(again, past.times, now.toISOString());
    }
  }
  repair = kind.union([repair, fresh]);
  remember(fresh, 1, now.toISOString());
  const reason = fought.length > 0 ? { reason: reasonFor(record.target, kind.texts(stopped), fought) } : {};
  return { repair, stopped, ...reason, drift };
}

function reasonFor(target: string, ranges: readonly string[], fought: readonly Drift[]): Reason {
  const [first = '', ...more] = ranges;
  const named = more.length === 0 ? first : `${first} and ${counted(more.length)} more`;
  const times = Math.max(...fought.map((one) => one.times));
  const last = fought
    .map((one) => one.lastAt)
    .sort()
    .at(-1);
  return {
    rule: 'drift-again',
    text: `${named} ${more.length === 0 ? 'was' : 'were'} put right ${times} times in target ${target} (the limit is ${driftRepairs}), last seen changed on ${last?.slice(0, 10)}, and changed again: something else writes this resource and wants it otherwise`,
    next: 'find out who: the activity log of the resource names each writer; most often it is a template or Terraform run that lists the entries itself, an Azure Policy, another installation, or a person at the portal. Leave the entries to one of them, then approve this part to have them put right',
  };
}
