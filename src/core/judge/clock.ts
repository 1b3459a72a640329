import { byFamily, type Family, families } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { isEmpty, prefixesOf, type Sets } from '../address/sets.ts';
import { dayMs } from '../calendar.ts';
import type { DomainEvent } from '../event.ts';
import { setAsideIn } from '../publication/publication.ts';
import { quantity } from './arithmetic.ts';
import { type Absence, type Hold, isKept, type Ledger, type Release, type TagLedger } from './ledger.ts';
import { type Policy, policyFor, type TagPolicy } from './policy.ts';
import { leftOf, limitReleases } from './release-limit.ts';
import { tellHolds } from './tell-holds.ts';
import type { Watch } from './watch.ts';

/**
 * Releases losses whose retention has expired.
 *
 *     absent for                42 days, 3 files     90 days
 *     from the tag and both     |--- released -----------------
 *       parents
 *     from AzureCloud of the    |--- kept -----------|--- released, where no person would be asked
 *       region, not globally
 *     from the tag alone        |--- kept for as long as AzureCloud of the region has it -----
 *
 * A question ends in this way as well, but only where its ranges left parents that could be relied on. Without such parents the
 * first line alone counts, and no question ends.
 */
export function releaseExpired(
  ledger: Ledger,
  now: Date,
  policy: Policy,
  watch: Watch,
): { ledger: Ledger; events: DomainEvent[] } {
  const events: DomainEvent[] = [];
  const tags = new Map<string, TagLedger>();
  const setAside = ledger.accepted ? setAsideIn(ledger.accepted) : new Set();
  for (const [name, row] of ledger.tags) {
    // Of a tag that was set aside the publication in force does not say that its losses are still gone.
    const losses = !setAside.has(name) && row.holds.some((hold) => hold.kind === 'loss');
    tags.set(name, losses ? releaseTag(row, ledger.count, now, policyFor(policy, name), watch, events) : row);
  }
  return events.length === 0 ? { ledger, events } : { ledger: { ...ledger, tags }, events };
}

function releaseTag(
  row: TagLedger,
  count: number,
  now: Date,
  policy: TagPolicy,
  watch: Watch,
  events: DomainEvent[],
): TagLedger {
  const watched = watch.get(row.tag) ?? [];
  const clock = new Clock(row, count, now, policy, watched);
  const all = row.holds.map((hold) => ({ hold, expired: clock.expired(hold) }));
  if (all.every(({ expired }) => isEmpty(expired))) return row;
  const limited = limitReleases(row, all, watched, policy, now.toISOString());
  const releases: Release[] = [...row.releases];
  for (const { hold, expired } of limited) {
    if (isEmpty(expired)) continue;
    const by = clock.reason(hold, expired);
    releases.push({ hold: hold.id, at: now.toISOString(), by, prefixes: expired });
    events.push({
      kind: 'hold-ended',
      hold: hold.id,
      tag: row.tag,
      of: 'loss',
      how: 'released',
      prefixes: prefixesOf(expired),
      by,
    });
  }
  const holds = limited.map(leftOf).filter((hold) => hold !== undefined);
  // What is left of a hold may be another question, or none.
  return tellHolds({ ...row, holds, releases }, watched, now, events);
}

/** The clock of one tag at one moment. */
class Clock {
  readonly #row: TagLedger;
  readonly #count: number;
  readonly #now: Date;
  readonly #policy: TagPolicy;
  readonly #watched: readonly Family[];

  constructor(row: TagLedger, count: number, now: Date, policy: TagPolicy, watched: readonly Family[]) {
    this.#row = row;
    this.#count = count;
    this.#now = now;
    this.#policy = policy;
    this.#watched = watched;
  }

  /** What of a hold may go now. */
  expired(hold: Hold): Sets {
    if (hold.kind !== 'loss' || isKept(hold, this.#now.toISOString())) return byFamily(PrefixSet.empty);
    return byFamily((family) => this.#expired(hold, family));
  }

  reason(hold: Hold, expired: Sets): string {
    const days = Math.floor(this.#days(hold.since));
    const files = this.#count - hold.count + 1;
    const byParents = families.every((f) => this.#longAbsent('parents', f).covers(expired[f]));
    const where = byParents && this.#row.absences ? ', and from its parents as well' : '';
    return `clock: absent for ${quantity(days, 'day')} and ${quantity(files, 'file')}${where}`;
  }

  #expired(hold: Hold, family: Family): PrefixSet {
    const held = hold.held[family];
    const nothing = PrefixSet.empty(family);
    if (held.isEmpty || !this.#isOver(hold.since, hold.count)) return nothing;
    if (hold.grounds.length === 0 || !this.#watched.includes(family)) return this.#withoutQuestion(hold, family);
    if (this.#row.withoutParents?.includes(family)) return nothing;
    // A question that came late is open as long as one that came at once.
    if (this.#days(hold.asked ?? hold.since) < this.#policy.lossClockDays) return nothing;
    return held.intersect(this.#longAbsent('parents', family));
  }

  /** What goes of a loss that nobody would be asked about: after longer, also what the global tag still has. */
  #withoutQuestion(hold: Hold, family: Family): PrefixSet {
    const days = this.#days(hold.since);
    const outside = hold.held[family].intersect(this.#longAbsent('region', family));
    if (days >= this.#policy.lossClockGlobalDays) return outside;
    return outside.intersect(this.#longAbsent('parents', family));
  }

  /** Ranges absent from there for as long as the clock wants. */
  #longAbsent(where: 'parents' | 'region', family: Family): PrefixSet {
    const long = (this.#row.absences?.[where] ?? []).filter(({ at, count }: Absence) => this.#isOver(at, count));
    return PrefixSet.unionOf(
      family,
      long.map(({ prefixes }) => prefixes[family]),
    );
  }

  #isOver(since: string, count: number): boolean {
    const files = this.#count - count + 1;
    return this.#days(since) >= this.#policy.lossClockDays && files >= this.#policy.lossClockPublications;
  }

  #days(since: string): number {
    return (this.#now.getTime() - Date.parse(since)) / dayMs;
  }
}
