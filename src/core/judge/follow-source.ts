import { byFamily } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { emptySets, isEmpty, prefixesOf, type Sets, subtract, union } from '../address/sets.ts';
import type { Catalog } from '../publication/catalog.ts';
import { daysSince, deadlineOf, type FreshnessLimits, freshnessOf } from '../publication/freshness.ts';
import type { Publication } from '../publication/publication.ts';
import type { SourceEvent } from '../source-event.ts';
import type { Ledger } from './ledger.ts';
import { effectiveOf, heldBy } from './ledger.ts';
import { type AnnouncedGain, newSourceState, type SourceFreshness, type SourceState } from './source-state.ts';
import type { Watch } from './watch.ts';

/** A file that was refused or waits, as far as its tags can be believed. */
export interface NotAccepted {
  readonly publication: Pick<
    Publication,
    'cloud' | 'digest' | 'file' | 'date' | 'dateEstimated' | 'changeNumber' | 'provenance'
  >;
  readonly catalog: Catalog;
}

export interface SourceInput {
  /** The ledger before this run. */
  readonly ledger: Ledger;
  /** Accepted in this run, whole. */
  readonly accepted?: { readonly publication: Publication; readonly catalog: Catalog };
  readonly notAccepted: readonly NotAccepted[];
  /** Whether any way led to a file. */
  readonly reached: boolean;
  /** Digests with a decision: they make nothing suspect. */
  readonly answered: ReadonlySet<string>;
  /** What lists hold: a file that would add nothing to that is not suspect. */
  readonly watch: Watch;
  readonly limits: Pick<FreshnessLimits, 'lateAfter' | 'staleAfter'>;
  readonly now: Date;
}

interface Followed {
  readonly state: SourceState;
  readonly events: readonly SourceEvent[];
}

/** Source health after this run's fetch, before anything is judged; an event only where that changed. */
export function followSource(input: SourceInput): Followed {
  const { ledger, accepted, reached, now } = input;
  const before = ledger.source;
  const at = now.toISOString();
  const newest = accepted?.publication ?? ledger.accepted;
  const found = suspicious(input, newest);
  const lasting =
    before?.suspect && !accepted && !input.answered.has(before.suspect.digest) ? before.suspect : undefined;
  const suspect = found ? nameOf(found.file) : lasting;
  const freshness = newest ? currentFreshness(newest, suspect !== undefined, input) : (before?.freshness ?? 'fresh');
  const changed = freshness !== (before?.freshness ?? 'fresh');
  const { suspect: _, unreachableSince, gains, ...rest } = before ?? newSourceState(now);
  const known = gains.filter((gain) => gain.notAccepted === undefined || gain.digest === suspect?.digest);
  const announced = found && found.file.publication.digest !== before?.suspect?.digest ? gainsOf(found, at) : [];
  const state: SourceState = {
    ...rest,
    freshness,
    since: changed || !before ? at : before.since,
    ...(suspect ? { suspect } : {}),
    ...(reached ? {} : { unreachableSince: unreachableSince ?? at }),
    gains: [...known.filter(({ digest }) => announced.every((one) => one.digest !== digest)), ...announced],
  };
  if (!changed || !newest) return { state, events: [] };
  const told = state.gains.filter(({ digest }) => digest === suspect?.digest);
  return {
    state,
    events: [
      {
        kind: 'source-freshness',
        from: before?.freshness ?? 'unknown',
        to: freshness,
        since: before?.since ?? at,
        newestDate: newest.date,
        changeNumber: newest.changeNumber,
        ageDays: daysSince(newest.date, now),
        ...(suspect && freshness === 'suspect'
          ? {
              suspect: {
                file: suspect.file,
                digest: suspect.digest,
                gains: told.map(({ tag, prefixes }) => ({ tag, prefixes })),
              },
            }
          : {}),
      },
    ],
  };
}

/** Days without anything new are called as they are also between runs, so status asks here too. */
export function currentFreshness(
  newest: Pick<Publication, 'cloud' | 'date'>,
  isSuspect: boolean,
  { limits, now }: Pick<SourceInput, 'limits' | 'now'>,
): SourceFreshness {
  return isSuspect ? 'suspect' : freshnessOf(newest.cloud, newest.date, now, limits);
}

interface Suspicious {
  readonly file: NotAccepted;
  readonly adds: readonly { readonly tag: string; readonly prefixes: Sets }[];
}

/** The newest of the files that are not older than the active one and would add something. */
function suspicious(input: SourceInput, newest: Publication | undefined): Suspicious | undefined {
  if (!newest) return undefined;
  return input.notAccepted
    .filter(({ publication }) => !input.answered.has(publication.digest) && isNotOlder(publication, newest))
    .map((file) => ({ file, adds: additionsOf(file.catalog, input) }))
    .filter(({ adds }) => adds.length > 0)
    .sort((a, b) => (a.file.publication.date < b.file.publication.date ? 1 : -1))[0];
}

/** An older file has ranges that do not come back; only one that may be newer announces anything. */
function isNotOlder(file: NotAccepted['publication'], newest: Publication): boolean {
  if (file.cloud !== newest.cloud) return false;
  const dated = !file.dateEstimated && !newest.dateEstimated;
  if (dated && file.date !== newest.date) return file.date > newest.date;
  return file.changeNumber >= newest.changeNumber;
}

function additionsOf(catalog: Catalog, { ledger, accepted, watch }: SourceInput): Suspicious['adds'] {
  return [...watch.keys()].sort().flatMap((tag) => {
    const held = watch.get(tag) ?? [];
    const row = ledger.tags.get(tag);
    const theirs = catalog.tags.get(tag)?.prefixes;
    if (!row || !theirs) return [];
    const have = [effectiveOf(row), heldBy(row.holds, 'gain'), accepted?.catalog.tags.get(tag)?.prefixes ?? emptySets];
    const added = subtract(theirs, union(have));
    const prefixes = byFamily((f) => (held.includes(f) ? added[f] : PrefixSet.empty(f)));
    return isEmpty(prefixes) ? [] : [{ tag, prefixes }];
  });
}

function nameOf({ publication: { digest, file, date, changeNumber } }: NotAccepted): SourceState['suspect'] {
  return { digest, file, date, changeNumber };
}

function gainsOf({ file: { publication }, adds }: Suspicious, at: string): AnnouncedGain[] {
  const { digest, changeNumber, file } = publication;
  return adds.map(({ tag, prefixes }) => ({
    tag,
    digest,
    changeNumber,
    prefixes: prefixesOf(prefixes),
    ...deadlineOf(publication),
    since: at,
    notAccepted: file,
  }));
}
