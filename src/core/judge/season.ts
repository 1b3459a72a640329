import { type Sets, union } from '../address/sets.ts';
import { dayMs } from '../calendar.ts';
import { effectiveOf, type Hold, isKept, type TagLedger } from './ledger.ts';
import type { TagPolicy } from './policy.ts';

/** The losses of a tag within `lossWindowDays`, which count together. */
export interface Season {
  /** Held losses that nobody was asked about, and what the clock released. */
  readonly unasked: Sets;
  /** Those that somebody was asked about as well. */
  readonly lost: Sets;
  /** What the clock released. */
  readonly released: Sets;
  /** What all of it was lost from: the effective list, and what was released. */
  readonly had: Sets;
}

/** @param now ISO 8601. */
export function seasonOf(row: TagLedger, now: string, policy: TagPolicy): Season {
  const since = new Date(Date.parse(now) - policy.lossWindowDays * dayMs).toISOString();
  const released = row.releases.filter(({ at, decision }) => at >= since && decision === undefined);
  const gone = union(released.map(({ prefixes }) => prefixes));
  const open = row.holds.filter((hold) => hold.kind === 'loss' && hold.since >= since && !isKept(hold, now));
  return {
    unasked: union([gone, ...open.filter(goesByClock).map(({ held }) => held)]),
    lost: union([gone, ...open.map(({ held }) => held)]),
    released: gone,
    had: union([effectiveOf(row), gone]),
  };
}

function goesByClock({ grounds, settled }: Hold): boolean {
  return grounds.length === 0 || settled?.ipv4 === 'clock' || settled?.ipv6 === 'clock';
}
