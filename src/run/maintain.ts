import { keepFeeds } from '../feeds/keep-feeds.ts';
import type { RunRecord } from '../ports/runs.ts';
import { StoredFormatError } from '../ports/store.ts';
import type { CloseContext, FeedContext, NoticeContext, RunContext } from './context.ts';
import { enqueueNotices } from './enqueue-notices.ts';
import { type IndexContext, tryIndexTagSizes } from './index-tag-sizes.ts';
import { failRemaining } from './open-units.ts';
import { sendQueued } from './send-runs.ts';
import { announceStopped, setAsideDamaged } from './set-aside.ts';
import { resumeRun } from './start.ts';
import { type TidyContext, tryTidy } from './tidy.ts';

/** A lane that has recorded nothing for this long is given up: its targets are failed, the next run begins anew. */
const silentMs = 3_600_000;

/** Everything is looked at once in this time, also where nothing was done since: records can be damaged, or imported. */
const wholeLookMs = 3_600_000;

/**
 * What a timer does between runs: seals anew, sets damaged records aside, resumes an open run (its worker may have died) or
 * fails what has been silent for an hour, sends again the runs that were asked for and never recorded, makes sure that every
 * closed run has its notices, wakes channels, keeps feeds, goes on with the index of sizes and removes what is past its time. Where the ledger in force cannot be read, it tells so and
 * wakes channels.
 *
 * Where it found nothing to do, and since then the config is the same and no run was asked for, begun or recorded, the next ones look at channels and feeds
 * alone, for an hour at most.
 */
export async function runMaintenance(context: MaintenanceContext): Promise<void> {
  await sealAnew(context);
  const { stands, idleSince, tidiedAt } = await context.upkeep.look(context.loaded.hash);
  const now = context.now();
  const idleMs = idleSince === undefined ? Number.NaN : now.getTime() - Date.parse(idleSince);
  const isIdle = idleMs >= 0 && idleMs < wholeLookMs;
  if (!isIdle && (await isStopped(context))) return wakeChannels(context);
  const found = isIdle ? 0 : await keepRecords(context);
  await wakeChannels(context);
  // After all of these: the app that serves feeds writes who pulled, as much as it likes, and that may take all the time there is.
  await keepFeeds(context);
  if (isIdle) return;
  const sizes = await tryIndexTagSizes(context);
  const data = found === 0 ? await tryTidy(context, tidiedAt) : 'done';
  if (found === 0 && sizes === 'done' && data === 'done') await context.upkeep.noteIdle(stands, now.toISOString());
}

type MaintenanceContext = CloseContext & FeedContext & IndexContext & TidyContext & Pick<RunContext, 'upkeep'>;

/** Records and runs, as far as they need anything; how much did. */
async function keepRecords(context: MaintenanceContext): Promise<number> {
  const { count: damaged, last } = await setAsideDamaged(context);
  const left = await keepRuns(context, last);
  await enqueueNotices(context, left === 'resumed' || last === undefined ? {} : { known: [last] });
  return damaged + (left === 'resumed' ? 1 : left);
}

/** What a former key sealed, or a version before seals left, where the settings accept it; nothing otherwise. */
async function sealAnew({ damage, log }: CloseContext): Promise<void> {
  const sealed = await damage.sealAnew();
  if (sealed > 0) log('sealed with the first key', { sealed });
}

/** Whether the ledger in force cannot be read, without which there is no run: told here, since none is even begun. */
async function isStopped(context: CloseContext): Promise<boolean> {
  try {
    await context.ledgers.current();
    return false;
  } catch (error) {
    if (!(error instanceof StoredFormatError)) throw error;
    await announceStopped(context, error);
    return true;
  }
}

/** Sets channels to work whose message was lost, or that waited for an hour that has come. */
async function wakeChannels({ channels, outbox, deliveryQueue, now }: NoticeContext): Promise<void> {
  for (const id of channels.keys()) {
    const { notBefore } = await outbox.channel(id);
    if (notBefore !== undefined && now().toISOString() < notBefore) continue;
    if ((await outbox.pending(id, 1)).length > 0) await deliveryQueue.send({ schema: 1, channel: id });
  }
}

/** Resumes the run that was recorded last, if it is open; else sends what is asked for, and says how many these are. */
async function keepRuns(context: CloseContext, last: RunRecord | undefined): Promise<'resumed' | number> {
  if (!last || last.closing) return sendQueued(context, last?.intent.run);
  const { intent, outcomes } = last;
  const newest = [intent.startedAt, ...outcomes.map(({ at }) => at)].sort().at(-1) as string;
  if (context.now().getTime() - Date.parse(newest) > silentMs) {
    const text = 'its lane has been silent for an hour; what was written is seen by the next run';
    const targets = intent.lanes.flatMap((lane) => lane.targets);
    await failRemaining(context, last, targets, text);
    await resumeRun(context, (await context.runs.get(intent.run)) ?? last);
  } else {
    await resumeRun(context, last);
  }
  return 'resumed';
}
