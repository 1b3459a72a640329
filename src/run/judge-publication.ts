import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { DomainEvent } from '../core/event.ts';
import { gainsAfter } from '../core/judge/announced.ts';
import { followSource } from '../core/judge/follow-source.ts';
import { judge } from '../core/judge/judge.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { SourceState } from '../core/judge/source-state.ts';
import type { Watch } from '../core/judge/watch.ts';
import type { Announced } from '../core/plan/announced.ts';
import type { Selection } from '../core/plan/selection.ts';
import { acceptedEvent } from '../core/publication/accepted-event.ts';
import type { Catalog } from '../core/publication/catalog.ts';
import { type FreshnessLimits, freshnessLimits } from '../core/publication/freshness.ts';
import type { Publication } from '../core/publication/publication.ts';
import { stage } from '../telemetry/telemetry.ts';
import type { PlanContext } from './context.ts';
import { crossCheck } from './cross-check.ts';
import { type DecisionState, releasesWaitFor } from './decisions.ts';
import { type FetchResult, fetchAndAccept } from './fetch-publication.ts';
import { type ResolvedList, selectLists, watchOf } from './lists.ts';
import { askRegistries, mergeRegistryReads, needsCatalog } from './registries.ts';
import { tryCatalogInForce } from './stored-publication.ts';

/** Files are served for a week or two; what fell out of this is not served any more. */
const maxAnnounced = 100;

/** What the source and the registries say now, and what the ledger makes of it. */
export interface Judged {
  readonly taken: FetchResult;
  readonly ledger: Ledger;
  /** False if the ledger before says the same. */
  readonly changed: boolean;
  readonly announced: Pick<Announced, 'files' | 'checks'>;
  readonly lists: Readonly<Record<string, ResolvedList>>;
  readonly selections: ReadonlyMap<string, Selection>;
  readonly now: Date;
  /** In the order in which they are reported; those of decisions on holds come before `judged`. */
  readonly events: { readonly fetched: readonly DomainEvent[]; readonly judged: readonly DomainEvent[] };
}

/**
 * Fetches, accepts, reads the registries, resolves the lists and judges every tag that a list selects.
 * @param last the ledger before, with decisions on holds applied.
 */
export async function judgePublication(
  context: PlanContext,
  last: Ledger,
  announced: Announced,
  decisionState: DecisionState,
  signal: AbortSignal,
): Promise<Judged> {
  const { config } = context.loaded;
  const accepts = decisionState.active.acceptances;
  let read: Promise<Catalog | undefined> | undefined;
  const readStored = (): Promise<Catalog | undefined> => (read ??= tryCatalogInForce(context, last.accepted));
  const [taken, reads] = await Promise.all([
    stage('fetch and accept', {}, () => fetchAndAccept(context, last, readStored, announced.files, accepts, signal)),
    askRegistries(context, signal),
  ]);
  const readInForce = async (): Promise<Catalog | undefined> => taken.seen?.catalog ?? (await readStored());
  const matching = taken.accepted?.catalog ?? (needsCatalog(last, reads) ? await readInForce() : taken.seen?.catalog);
  const now = context.now();
  const registries = mergeRegistryReads(last, reads, matching, now);
  const { lists, selections } = await stage('select lists', {}, async () =>
    selectLists(config, { registries: registries.known }, now),
  );
  const watch = watchOf(config, lists);
  const selected = [...watch.keys()];
  const inForce =
    taken.accepted || selected.some((tag) => !last.tags.has(tag)) ? await readInForce() : taken.seen?.catalog;
  const followed = followSource({
    ledger: last,
    ...(taken.accepted && !taken.accepted.onlyTags ? { accepted: taken.accepted } : {}),
    notAccepted: taken.notAccepted,
    reached: taken.reached,
    answered: new Set(accepts.map(({ digest }) => digest)),
    watch,
    limits: limitsOf(config),
    now,
  });
  const { freshness } = followed.state;
  const releasesWait = freshness === 'fresh' ? releasesWaitFor(decisionState) : `the source is ${freshness}`;
  const judged = judge({
    ledger: last,
    ...(taken.accepted ? { accepted: taken.accepted, forTagsOnly: taken.accepted.stays !== undefined } : {}),
    ...(inForce ? { inForce } : {}),
    watch,
    policy: config.policy,
    now,
    ...(releasesWait === undefined ? {} : { releasesWait }),
  });
  const gains = gainsAfter(followed.state.gains, taken.accepted, judged.events, now);
  const checked = await crossCheck(context, announced.checks, gains, taken, watch, signal);
  const sourced = withSource(last, judged.ledger, taken, { ...followed.state, gains });
  const files = [...announced.files, ...taken.told].slice(-maxAnnounced);
  const knowsRegistries = registries.known.length > 0 || sourced.ledger.registries !== undefined;
  return {
    taken,
    ledger: { ...sourced.ledger, ...(knowsRegistries ? { registries: registries.known } : {}) },
    changed:
      sourced.changed ||
      registries.changed ||
      taken.accepted !== undefined ||
      judged.events.length > 0 ||
      judged.ledger.tags.size !== last.tags.size,
    announced: { files, checks: checked.checks },
    lists,
    selections,
    now,
    events: {
      fetched: [...toldOf(taken, last.accepted, watch), ...registries.events, ...followed.events, ...checked.events],
      judged: judged.events,
    },
  };
}

/** What the fetch found out, and what came into force, now that it is known which tags a target's list holds. */
function toldOf(
  { events, accepted }: FetchResult,
  last: Publication | undefined,
  watch: Watch,
): readonly DomainEvent[] {
  return accepted ? [...events, acceptedEvent(accepted, last, watch, accepted.by)] : events;
}

/** The ages from which on the source is late and stale: the config's, else the cloud's. */
export function limitsOf({
  cloud,
  freshness,
}: Pick<Config, 'cloud' | 'freshness'>): Pick<FreshnessLimits, 'lateAfter' | 'staleAfter'> {
  const { lateAfter, staleAfter } = freshnessLimits[cloud];
  return { lateAfter: freshness.lateAfterDays ?? lateAfter, staleAfter: freshness.staleAfterDays ?? staleAfter };
}

/**
 * The judged ledger with what is known of the source. A publication accepted for some tags only moves those tags: the
 * last accepted one, but for where they come from, and the count by which absence is measured, stay.
 */
function withSource(
  before: Ledger,
  judged: Ledger,
  { accepted, seen, wordsTaken }: FetchResult,
  followed: SourceState,
): { readonly ledger: Ledger; readonly changed: boolean } {
  const source: SourceState = {
    ...followed,
    wordsTaken: [...followed.wordsTaken, ...wordsTaken],
  };
  // The same content came again under a name with its date.
  const dated = before.accepted?.dateEstimated && seen?.publication.dateEstimated === false && !accepted;
  const ledger: Ledger = {
    ...judged,
    ...(accepted?.stays ? { accepted: accepted.stays, count: before.count } : {}),
    ...(dated ? { accepted: seen.publication } : {}),
    source,
  };
  return { ledger, changed: dated === true || !isDeepStrictEqual(before.source, source) };
}
