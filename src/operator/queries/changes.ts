import type { Decision } from '../../core/decisions/decision.ts';
import { emptyLedger } from '../../core/judge/ledger.ts';
import type { Cause, Direction } from '../../core/plan/plan-types.ts';
import type { TagFilter } from '../../core/publication/tag-filter.ts';
import { type Change, type HistoryPage, UnknownPosition } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { RequestError } from '../../run/service.ts';
import { tagsOfChange } from './change-tags.ts';
import { readPast, readSince, versionOf } from './since.ts';

/** Which changes are asked for; everything that is given must hold. */
export interface ChangesQuery extends TagFilter {
  /** A date, a time with its zone or a span before now; `since` also the number of a publication, or of a change. */
  readonly since?: string | undefined;
  /** Up to this moment, which does not belong to it. */
  readonly until?: string | undefined;
  readonly target?: string | undefined;
  readonly list?: string | undefined;
  readonly direction?: Direction | undefined;
  /** What caused them. */
  readonly kind?: Cause['kind'] | undefined;
  /** A part of the name of a person on whose decision they were made. */
  readonly by?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly most: number;
}

/** A change with the persons on whose decisions it was made; nobody where none was needed. */
export interface ChangeView extends Change {
  readonly by?: readonly { readonly name: string; readonly why: string; readonly ticket?: string }[];
}

/** Some changes, newest first. */
export interface ChangesView {
  readonly changes: readonly ChangeView[];
  /** For `after`: there may be more. Absent at the end. A page may hold few changes, or none, and still go on. */
  readonly next?: string;
}

/** What is newest here, for those who ask again and again. */
export interface VersionView {
  /** The number of the last change: 17 digits; zeros before the first. */
  readonly latest: string;
  /** When that was, ISO 8601, and by which run. */
  readonly changedAt?: string;
  readonly run?: string;
  /** The publication in force. */
  readonly publication?: { readonly changeNumber: number; readonly date: string; readonly digest: string };
}

/** Changes of targets, newest first. Throws RequestError for what cannot be read. */
export async function changesOf(context: RunContext, query: ChangesQuery): Promise<ChangesView> {
  const { after, most } = query;
  const now = context.now();
  const since =
    query.since === undefined ? undefined : await readSince(query.since, now, () => context.publications.all());
  const until = query.until === undefined ? undefined : readPast('until', query.until, now);
  if (since === 'nothing') return { changes: [] };
  if (since !== undefined && until !== undefined && since >= until) {
    throw new RequestError(`expected since before until, got ${since} and ${until}`);
  }
  const decisions = new Decisions(context);
  if (query.by !== undefined) await decisions.read();
  const page = await pageOf(context, query, { since, until }, decisions);
  if (page.changes.length === 0 && page.next === undefined && after === undefined) refuseUnknown(context, query);
  if (page.changes.some((change) => change.decisions)) await decisions.read();
  const changes = page.changes.slice(0, most).map((change) => ({ ...change, ...decisions.by(change) }));
  return { changes, ...(page.next === undefined ? {} : { next: page.next }) };
}

async function pageOf(
  context: RunContext,
  { target, list, direction, kind, by, after, most, ...tags }: ChangesQuery,
  { since, until }: { readonly since: string | undefined; readonly until: string | undefined },
  decisions: Decisions,
): Promise<HistoryPage> {
  const isOfTags = await tagsAsked(context, tags);
  const wanted = (change: Change): boolean =>
    (list === undefined || change.list === list) &&
    (direction === undefined || change.direction === direction) &&
    (kind === undefined || change.cause.kind === kind) &&
    isOfTags(change) &&
    (by === undefined || decisions.isBy(change, by));
  try {
    return await context.history.page(
      {
        most,
        ...(target === undefined ? {} : { target }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(after === undefined ? {} : { after }),
      },
      wanted,
    );
  } catch (error) {
    if (error instanceof UnknownPosition) throw new RequestError(`after: ${error.message}`);
    throw error;
  }
}

async function tagsAsked(context: RunContext, { tag, region }: TagFilter): Promise<(change: Change) => boolean> {
  if (tag === undefined && region === undefined) return () => true;
  const ledger = (await context.ledgers.current())?.ledger ?? emptyLedger(context.loaded.config.cloud);
  return tagsOfChange({ tag, region }, ledger, context);
}

/** A misspelt name is no target or list without changes. One that left the config still has its own. */
function refuseUnknown(
  { targets, loaded }: Pick<RunContext, 'targets' | 'loaded'>,
  { target, list }: ChangesQuery,
): void {
  const lists = Object.keys(loaded.config.lists);
  const wrong = (what: string, known: readonly string[], got: string) =>
    new RequestError(
      `${what}: expected one of ${known.join(', ')}, or a former one with changes, got ${JSON.stringify(got)}`,
    );
  if (target !== undefined && !targets.has(target)) throw wrong('target', [...targets.keys()], target);
  if (list !== undefined && !lists.includes(list)) throw wrong('list', lists, list);
}

/** Who decided, read once and only where it matters. */
class Decisions {
  readonly #context: Pick<RunContext, 'controls'>;
  #known: ReadonlyMap<string, Decision> | undefined;

  constructor(context: Pick<RunContext, 'controls'>) {
    this.#context = context;
  }

  async read(): Promise<void> {
    this.#known ??= new Map((await this.#context.controls.all()).map((decision) => [decision.id, decision]));
  }

  isBy({ decisions = [] }: Change, name: string): boolean {
    const part = name.toLowerCase();
    return decisions.some((id) => this.#known?.get(id)?.by.name.toLowerCase().includes(part));
  }

  by({ decisions = [] }: Change): Pick<ChangeView, 'by'> {
    const made = decisions.flatMap((id) => this.#known?.get(id) ?? []);
    if (made.length === 0) return {};
    return {
      by: made.map(({ by, why, ticket }) => ({ name: by.name, why, ...(ticket === undefined ? {} : { ticket }) })),
    };
  }
}

/**
 * What is newest here, in two requests to Storage as a rule. Changes of a run that is under way do not count yet: several
 * workers record them, and one that is late would record an earlier number.
 */
export async function versionOfAll({ runs, history }: Pick<RunContext, 'runs' | 'history'>): Promise<VersionView> {
  const [last] = (await runs.page(1)).runs;
  const settled = last?.status === 'running' ? { until: last.startedAt } : {};
  const [change] = (await history.page({ most: 1, ...settled })).changes;
  const { publication } = last ?? {};
  return {
    latest: change === undefined ? '0'.repeat(17) : versionOf(change.at),
    ...(change === undefined ? {} : { changedAt: change.at, run: change.run }),
    ...(publication
      ? {
          publication: {
            changeNumber: publication.changeNumber,
            date: publication.date,
            digest: publication.digest,
          },
        }
      : {}),
  };
}
