import { prefixesOf } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import { type Catalog, regionOf, serviceOf } from '../publication/catalog.ts';
import type { ParsedPublication } from '../publication/publication.ts';
import { isKept, releaseExpired, remindersDue } from './clock.ts';
import type { Ledger, TagLedger } from './ledger.ts';
import type { Policy } from './policy.ts';
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
  const catalog = accepted?.catalog ?? input.inForce;
  const count = ledger.count + (accepted ? 1 : 0);
  const rows = new Map<string, TagLedger>();
  for (const name of [...watched].sort()) {
    const row = ledger.tags.get(name);
    const tag = catalog?.tags.get(name);
    // Rows that no list selects (a global tag, a tag of an older config) are kept up to date in silence.
    const told = selected.has(name) ? events : [];
    if (accepted && row) {
      rows.set(
        name,
        updateTag(row, tag, {
          publication: accepted.publication,
          catalog: accepted.catalog,
          count,
          now,
          policy,
          events: told,
        }),
      );
    } else if (row) {
      rows.set(name, row);
    } else if (tag && catalog) {
      const publication = accepted?.publication ?? ledger.accepted;
      if (publication) rows.set(name, begin(tag, { publication, catalog, count, now, policy, events: told }));
    }
  }
  for (const [name, row] of rows) {
    if (selected.has(name)) rows.set(name, remind(row, input.now, events));
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
  const released = releaseExpired(judged, input.now, policy);
  const selectedEvents = released.events.filter((event) => !('tag' in event) || selected.has(event.tag));
  return { ledger: released.ledger, events: [...events, ...selectedEvents] };
}

/** Sends reminders of unanswered questions when they are due. */
function remind(row: TagLedger, now: Date, events: DomainEvent[]): TagLedger {
  let reminded = false;
  const holds = row.holds.map((hold) => {
    const due = hold.questions.length > 0 && !isKept(hold, now) ? remindersDue(hold.since, now) : 0;
    if (due <= (hold.reminded ?? 0)) return hold;
    reminded = true;
    const { id, tag, kind, since, questions } = hold;
    events.push({ kind: 'hold-reminder', hold: id, tag, of: kind, since, prefixes: prefixesOf(hold.held), questions });
    return { ...hold, reminded: due };
  });
  return reminded ? { ...row, holds } : row;
}
