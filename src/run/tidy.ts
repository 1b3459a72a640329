import type { KeptFor, RetentionConfig } from '../config/config.ts';
import { dayMs } from '../core/calendar.ts';
import { messageOf } from '../core/errors.ts';
import { feedClients } from '../feeds/keep-feeds.ts';
import type { Past, Removed, Stored } from '../ports/retention.ts';
import type { HeldFile, StoredPublication } from '../ports/store.ts';
import type { RunContext } from './context.ts';
import { keptTags } from './kept-catalog.ts';
import { openReferences, type References } from './open-references.ts';

/** What tidying works with. */
export type TidyContext = Pick<
  RunContext,
  | 'loaded'
  | 'publications'
  | 'ledgers'
  | 'targetRecords'
  | 'controls'
  | 'runs'
  | 'retention'
  | 'upkeep'
  | 'leases'
  | 'now'
  | 'log'
>;

/** How much one portion takes, and what stays whatever its age. */
export interface TidyLimits {
  /** Newest runs and files that are kept. A question is looked for in the plans of the newest 60 runs. */
  readonly newestRuns: number;
  readonly newestFiles: number;
  /** Files packed or dropped, runs and notices at once: some seconds. */
  readonly files: number;
  readonly runs: number;
  readonly notices: number;
  /** Pulls of devices, and texts that no row names. */
  readonly others: number;
}

export const usualTidy: TidyLimits = {
  newestRuns: 100,
  newestFiles: 100,
  files: 20,
  runs: 50,
  notices: 200,
  others: 200,
};

/**
 * How long a text that no row names is kept: far longer than any process takes from such a text to its row, and long enough that
 * rows which people put back from a copy find theirs.
 */
const textDays = 30;

/** As tidy(); never fails: what can wait must not hold up what cannot. */
export async function tryTidy(context: TidyContext, tidiedAt: string | undefined): Promise<'done' | 'left'> {
  try {
    return await tidy(context, tidiedAt);
  } catch (error) {
    context.log('tidying waits for the next housekeeping', { error: messageOf(error) });
    return 'done';
  }
}

/**
 * Once a day: packs publications that an earlier version stored as they came, and removes what the config keeps no longer, a
 * portion at a time. Each step may be repeated, and a process that dies leaves what the next portion begins with. `left`: there
 * is more to do, or a run is under way.
 */
export async function tidy(
  context: TidyContext,
  tidiedAt: string | undefined,
  limits: TidyLimits = usualTidy,
): Promise<'done' | 'left'> {
  const now = context.now();
  const sinceMs = tidiedAt === undefined ? Number.NaN : now.getTime() - Date.parse(tidiedAt);
  if (sinceMs >= 0 && sinceMs < dayMs) return 'done';
  const { planDays, noticeDays } = context.loaded.config.retention;
  const files = await tidyFiles(context, limits);
  const none = { count: 0, left: false };
  const [plansBefore, noticesBefore] = [edgeOf(planDays, now), edgeOf(noticeDays, now)];
  const plans = plansBefore
    ? await context.retention.removePlans({ before: plansBefore, newest: limits.newestRuns, most: limits.runs })
    : none;
  const notices = noticesBefore
    ? await context.retention.removeNotices({ before: noticesBefore, most: limits.notices })
    : none;
  const pulls = await removePast(await pastPulls(context), limits);
  // After the plans: what they named is named no more.
  const texts = await removePast(await pastTexts(context), limits);
  const { packed, dropped, left: filesLeft } = files;
  if (packed + dropped + plans.count + notices.count + pulls.count + texts.count > 0) {
    const others = { pulls: pulls.count, texts: texts.count };
    context.log('tidied', { packed, dropped, plansOfRuns: plans.count, notices: notices.count, ...others });
  }
  if (filesLeft || [plans, notices, pulls, texts].some(({ left }) => left)) return 'left';
  await context.upkeep.noteTidied(now.toISOString());
  return 'done';
}

/** Last pulls of clients that the config names in no feed. */
async function pastPulls(context: Pick<RunContext, 'loaded' | 'retention' | 'now'>): Promise<readonly Past[]> {
  const before = edgeOf(context.loaded.config.retention.noticeDays, context.now());
  return before === undefined ? [] : context.retention.pastPulls({ before, known: feedClients(context.loaded.config) });
}

async function pastTexts({ retention, now }: Pick<RunContext, 'retention' | 'now'>): Promise<readonly Past[]> {
  return retention.pastTexts({ before: daysBefore(now(), textDays) });
}

async function removePast(past: readonly Past[], { others }: Pick<TidyLimits, 'others'>): Promise<Removed> {
  for (const one of past.slice(0, others)) await one.remove();
  return { count: Math.min(past.length, others), left: past.length > others };
}

/** What lies before this moment is past its time, ISO 8601; undefined if nothing ever is. */
function edgeOf(days: KeptFor, now: Date): string | undefined {
  return days === 'forever' ? undefined : daysBefore(now, days);
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * dayMs).toISOString();
}

interface TidiedFiles {
  readonly packed: number;
  readonly dropped: number;
  readonly left: boolean;
}

async function tidyFiles(context: TidyContext, limits: TidyLimits): Promise<TidiedFiles> {
  const { pack: plain, drop: goes } = await dueFiles(context, limits);
  if (goes.length + plain.length === 0) return { packed: 0, dropped: 0, left: false };
  // A run that is under way may be about to accept one of them.
  const lease = await context.leases.acquire('run');
  if (!lease) return { packed: 0, dropped: 0, left: true };
  try {
    let [packed, dropped] = [0, 0];
    for (const { digest } of plain.slice(0, limits.files)) {
      lease.lost.throwIfAborted();
      await context.publications.pack(digest);
      packed++;
    }
    // Asked again under the lease: a run may have ended meanwhile.
    const still = await notReferred(context, goes.slice(0, limits.files - packed));
    for (const file of still) {
      lease.lost.throwIfAborted();
      if (await saysItAll(context, file)) {
        await context.publications.drop(file.digest, context.now().toISOString());
        dropped++;
      }
    }
    return { packed, dropped, left: goes.length + plain.length > limits.files };
  } finally {
    await lease.release();
  }
}

/** Files to be packed, and files that are past their time and that nothing open refers to, oldest first. */
async function dueFiles(
  context: TidyContext,
  { newestFiles }: Pick<TidyLimits, 'newestFiles'> = usualTidy,
): Promise<{ readonly pack: readonly HeldFile[]; readonly drop: readonly StoredPublication[] }> {
  const [held, all] = await Promise.all([context.publications.held(), context.publications.all()]);
  const has = new Set(held.map(({ digest }) => digest));
  const old = pastTime(all, context, newestFiles).filter(({ digest }) => has.has(digest));
  const drop = old.length > 0 ? await notReferred(context, old) : [];
  const going = new Set(drop.map(({ digest }) => digest));
  return { pack: held.filter(({ digest, isPlain }) => isPlain && !going.has(digest)), drop };
}

/** Files that are older than they are kept, oldest first, without the newest. Those that were dropped in part are among them. */
function pastTime(
  all: readonly StoredPublication[],
  { loaded, now }: Pick<RunContext, 'loaded' | 'now'>,
  newest: number,
): StoredPublication[] {
  const edge = edgeOf(loaded.config.retention.publicationDays, now());
  if (edge === undefined) return [];
  const byAge = all.toSorted((a, b) => (a.firstSeen < b.firstSeen ? 1 : -1));
  return byAge
    .slice(newest)
    .filter(({ firstSeen }) => firstSeen < edge)
    .reverse();
}

async function notReferred(
  context: TidyContext,
  files: readonly StoredPublication[],
): Promise<readonly StoredPublication[]> {
  const references = await openReferences(context);
  return files.filter((file) => !isReferred(file, references));
}

function isReferred({ digest, publication }: StoredPublication, { digests, numbers }: References): boolean {
  return digests.has(digest) || (publication !== undefined && numbers.has(publication.changeNumber));
}

/** Whether what a file says is kept without it: its snapshot is made where it is missing. A file that cannot be read says nothing. */
async function saysItAll(context: TidyContext, { digest, file }: StoredPublication): Promise<boolean> {
  const { snapshot, newer } = await context.publications.snapshot(digest);
  if (snapshot !== undefined) return true;
  if (newer) return false;
  const found = await keptTags(context, { digest, file });
  if (found.kind !== 'read') return found.kind === 'unreadable';
  return (await context.publications.snapshot(digest)).snapshot !== undefined;
}

/** What is stored, and what the next housekeeping would pack, drop and remove of files, pulls and texts. Changes nothing. */
export async function storageReport(context: TidyContext & Pick<RunContext, 'measure'>): Promise<{
  readonly stored: readonly Stored[];
  readonly retention: RetentionConfig;
  readonly next: {
    readonly pack: number;
    readonly drop: readonly string[];
    readonly pulls: number;
    readonly texts: number;
  };
}> {
  const [{ pack, drop }, pulls, texts, stored] = await Promise.all([
    dueFiles(context),
    pastPulls(context),
    pastTexts(context),
    context.measure(),
  ]);
  const { retention } = context.loaded.config;
  return {
    stored,
    retention,
    next: { pack: pack.length, drop: drop.map(({ file }) => file), pulls: pulls.length, texts: texts.length },
  };
}
