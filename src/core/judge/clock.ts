import { emptySets, isEmpty, prefixesOf, type Sets, subtract } from '../address/sets.ts';
import { dayMs } from '../calendar.ts';
import type { DomainEvent } from '../event.ts';
import { regionOf, serviceOf } from '../publication/catalog.ts';
import { quantity } from './arithmetic.ts';
import { effectiveOf, type Hold, type Ledger, type Release, type TagLedger } from './ledger.ts';
import { type Policy, policyFor, type TagPolicy } from './policy.ts';

/**
 * Releases losses whose retention has expired, unless a question about them is open.
 *
 *     absent for   42 days, 3 files        90 days
 *     |------------|-----------------------|
 *       all kept     kept only what the      nothing
 *                    global tag still has
 */
export function releaseExpired(ledger: Ledger, now: Date, policy: Policy): { ledger: Ledger; events: DomainEvent[] } {
  const events: DomainEvent[] = [];
  const tags = new Map<string, TagLedger>();
  for (const [name, row] of ledger.tags) {
    tags.set(name, row.holds.some((hold) => hold.kind === 'loss') ? releaseTag(row, ledger, now, policy, events) : row);
  }
  return events.length === 0 ? { ledger, events } : { ledger: { ...ledger, tags }, events };
}

function releaseTag(row: TagLedger, ledger: Ledger, now: Date, policy: Policy, events: DomainEvent[]): TagLedger {
  const settings = policyFor(policy, row.tag);
  const global = regionOf(row.tag) === undefined ? undefined : ledger.tags.get(serviceOf(row.tag));
  // A global tag that vanished whole is a fault of the file: what it held counts as covered still.
  const covered = global ? (global.vanished ? effectiveOf(global) : global.published) : emptySets;
  const holds: Hold[] = [];
  const releases: Release[] = [...row.releases];
  for (const hold of row.holds) {
    const expired = expiredPart(hold, ledger.count, now, covered, settings);
    if (!expired) {
      holds.push(hold);
      continue;
    }
    releases.push({ hold: hold.id, at: now.toISOString(), by: expired.by, prefixes: expired.prefixes });
    events.push({
      kind: 'hold-ended',
      hold: hold.id,
      tag: row.tag,
      of: 'loss',
      how: 'released',
      prefixes: prefixesOf(expired.prefixes),
      by: expired.by,
    });
    const held = subtract(hold.held, expired.prefixes);
    if (!isEmpty(held)) holds.push({ ...hold, held });
  }
  return { ...row, holds, releases };
}

/** True while a decision keeps the hold, whatever the clock says. */
export function isKept({ kept }: Hold, now: Date): boolean {
  return kept !== undefined && (kept.until === undefined || now.toISOString() < kept.until);
}

function expiredPart(
  hold: Hold,
  count: number,
  now: Date,
  covered: Sets,
  policy: TagPolicy,
): { prefixes: Sets; by: string } | undefined {
  if (hold.kind !== 'loss' || hold.questions.length > 0 || isKept(hold, now)) return undefined;
  const days = (now.getTime() - Date.parse(hold.since)) / dayMs;
  const publications = count - hold.count + 1;
  if (days < policy.lossClockDays || publications < policy.lossClockPublications) return undefined;
  const absent = `${quantity(Math.floor(days), 'day')} and ${quantity(publications, 'file')}`;
  if (days >= policy.lossClockGlobalDays) {
    return { prefixes: hold.held, by: `clock: absent for ${absent}` };
  }
  const prefixes = subtract(hold.held, covered);
  if (isEmpty(prefixes)) return undefined;
  return {
    prefixes,
    by: `clock: absent for ${absent}, and from the global tag as well`,
  };
}

const weekMs = 7 * dayMs;
/** 5 January 1970: weeks begin on Mondays, in UTC. */
const firstMonday = 4 * dayMs;
/** Days after which the weekly ones may begin: the third reminder, and some rest after it. */
const weeklyAfter = 10;

/**
 * How many reminders are due for something asked this long ago: after 1, 3 and 7 days, then every Monday. A fixed day
 * brings what was asked on different days into one notice a week.
 */
export function remindersDue(since: string, now: Date): number {
  const asked = Date.parse(since);
  const days = Math.floor((now.getTime() - asked) / dayMs);
  if (days < 1) return 0;
  if (days < 3) return 1;
  if (days < 7) return 2;
  return 3 + Math.max(0, weekOf(now.getTime()) - weekOf(asked + weeklyAfter * dayMs));
}

function weekOf(time: number): number {
  return Math.floor((time - firstMonday) / weekMs);
}
