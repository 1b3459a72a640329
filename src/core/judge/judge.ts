import type { DomainEvent } from '../event.ts';
import { type Catalog, regionOf, serviceOf } from '../publication/catalog.ts';
import type { ParsedPublication, Publication } from '../publication/publication.ts';
import { releaseExpired } from './clock.ts';
import type { Ledger, TagLedger } from './ledger.ts';
import type { Taking } from './open-hold.ts';
import type { Policy } from './policy.ts';
import { tellHolds } from './tell-holds.ts';
import { begin, updateTag } from './update-tag.ts';
import type { Watch } from './watch.ts';

export interface Judgement {
  readonly ledger: Ledger;
  readonly events: readonly DomainEvent[];
}

export interface JudgeInput {
  readonly ledger: Ledger;
  /** A newly accepted publication; absent when only time has passed. */
  readonly accepted?: ParsedPublication;
  /** A person accepted it for some tags alone: it is no publication by which absence is counted. */
  readonly forTagsOnly?: boolean;
  /**
   * The catalog in force before `accepted`, or now if nothing was: rows of tags that were not watched before begin with it. Absent
   * before the first publication, and where it cannot be read any more.
   */
  readonly inForce?: Catalog;
  /** A regional tag brings its service's global tag along; rows that exist stay watched. */
  readonly watch: Watch;
  readonly policy: Policy;
  readonly now: Date;
  /** Why nothing may be released now, such as a stale source; absent if releases may go. */
  readonly releasesWait?: string;
}

/**
 * One pass of judgement: takes a newly accepted publication into the ledger, opens and ends holds, then releases expired
 * losses. Pure: the same input gives the same ledger, so a run that died is repeated and replay uses the very same code.
 */
export function judge(input: JudgeInput): Judgement {
  const { ledger, accepted, policy } = input;
  const now = input.now.toISOString();
  const events: DomainEvent[] = [];
  const watched = new Set(ledger.tags.keys());
  const selected = new Set(input.watch.keys());
  for (const tag of selected) {
    watched.add(tag);
    if (regionOf(tag) !== undefined) watched.add(serviceOf(tag));
  }
  const count = ledger.count + (accepted && !input.forTagsOnly ? 1 : 0);
  const rows = new Map<string, TagLedger>();
  for (const name of [...watched].sort()) {
    // Rows that no list selects (a global tag, a tag of an older config) are kept up to date in silence.
    const told = selected.has(name) ? events : [];
    const row = judgeTag(name, input, { count, now, told, rows: ledger.tags });
    if (row) rows.set(name, tellHolds(row, input.watch.get(name) ?? [], input.now, told));
  }
  const backwards = ledger.judgedAt !== undefined && ledger.judgedAt > now;
  const judged: Ledger = {
    ...ledger,
    ...(accepted ? { accepted: accepted.publication } : {}),
    count,
    judgedAt: backwards ? (ledger.judgedAt as string) : now,
    tags: rows,
  };
  if (backwards || input.releasesWait !== undefined) return { ledger: judged, events };
  const released = releaseExpired(judged, input.now, policy, input.watch);
  const selectedEvents = released.events.filter((event) => !('tag' in event) || selected.has(event.tag));
  return { ledger: released.ledger, events: [...events, ...selectedEvents] };
}

interface Moment {
  readonly count: number;
  readonly now: string;
  readonly told: DomainEvent[];
  readonly rows: Ledger['tags'];
}

/** The row of one tag after this judgement; undefined if nothing is known of it. */
function judgeTag(
  name: string,
  { ledger, accepted, inForce, policy }: JudgeInput,
  { count, now, told, rows }: Moment,
): TagLedger | undefined {
  const taking = (publication: Publication, catalog: Catalog, before: Catalog | undefined): Taking => ({
    publication,
    catalog,
    inForce: before,
    setAside: new Set(accepted?.setAside?.keys()),
    rows,
    count,
    now,
    policy,
    events: told,
  });
  const known = rows.get(name) ?? beginAsInForce();
  if (!accepted) return known;
  const tag = accepted.catalog.tags.get(name);
  const next = taking(accepted.publication, accepted.catalog, inForce);
  if (known) return updateTag(known, tag, next);
  return tag && begin(tag, inForce === undefined, next);

  /** A tag that was not watched before is first seen as it was until now: what it has is no news. */
  function beginAsInForce(): TagLedger | undefined {
    const tag = inForce?.tags.get(name);
    return tag && inForce && ledger.accepted
      ? begin(tag, true, taking(ledger.accepted, inForce, undefined))
      : undefined;
  }
}
