import { wants } from '../core/channel-rules.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Notice } from '../core/notice.ts';
import { type Happened, newsOf } from '../messages/news.ts';
import { noticesOf } from '../messages/notices.ts';
import type { Delivery } from '../ports/queues.ts';
import type { RunRecord } from '../ports/runs.ts';
import type { NoticeContext } from './context.ts';
import { listsOf } from './lists.ts';
import { placesOf } from './notice-places.ts';

/** What turning events into deliveries needs. */
export type EnqueueContext = Pick<
  NoticeContext,
  'runs' | 'outbox' | 'deliveryQueue' | 'channels' | 'loaded' | 'targets' | 'ownUrl' | 'ledgers'
>;

/** Closed runs that are looked at for one that was not swept; more than have ever been missed in a row. */
const maxRuns = 64;

/** What was read just now, and need not be read again. */
export interface ReadForNotices {
  /** The run that was closed just now, which has no mark. */
  readonly closed?: RunRecord;
  /** The runs recorded last before it, or last of all, newest first. */
  readonly known?: readonly RunRecord[];
  /** In force. */
  readonly ledger?: Ledger | undefined;
}

/**
 * Turns the events of closed runs into deliveries, oldest run first, and sets their channels to work. A run is marked
 * when all of its deliveries are there; one that is not marked is swept again, which adds only what is missing. So a run
 * that is marked has no unmarked one before it, and looking stops at the first mark.
 */
export async function enqueueNotices(
  context: EnqueueContext,
  { closed, known = [], ledger: current }: ReadForNotices = {},
): Promise<void> {
  const unswept: RunRecord[] = [];
  let told: RunRecord | undefined;
  const read = [...(closed ? [closed] : []), ...known];
  for (let most = closed ? 2 : 1; ; most = Math.min(most * 4, maxRuns)) {
    // Those that are known are the newest: often no more are looked at.
    const records = most === read.length ? read : await context.runs.list(most, read);
    unswept.length = 0;
    let reached = false;
    for (const record of records) {
      reached = record !== closed && record.closing !== undefined && (await context.outbox.isSwept(record.intent.run));
      if (reached) {
        told = record;
        break;
      }
      if (record.closing) unswept.push(record);
    }
    if (reached || records.length < most || most === maxRuns) break;
  }
  if (unswept.length === 0) return;
  const ledger = current ?? (await context.ledgers?.current())?.ledger;
  const lists = listsOf(context.loaded.config, ledger);
  const places = placesOf(context);
  const touched = new Set<string>();
  let before = happened(told);
  for (const record of unswept.reverse()) {
    const { intent, closing } = record;
    if (!closing) continue;
    const news = newsOf({ events: closing.events, at: closing.closedAt }, before);
    before = happened(record);
    const notices = noticesOf(news, {
      at: closing.closedAt,
      run: intent.run,
      ...(intent.publication ? { publication: intent.publication } : {}),
      lists,
      targets: context.loaded.config.targets,
      places,
    });
    for (const channel of await put(context, intent.run, notices)) touched.add(channel);
    await context.outbox.markSwept(intent.run);
  }
  for (const channel of touched) await context.deliveryQueue.send({ schema: 1, channel });
}

function happened(record: RunRecord | undefined): Happened | undefined {
  return record?.closing && { events: record.closing.events, at: record.closing.closedAt };
}

/**
 * Tells of events that belong to no run, such as a reminder. The same occasion again tells nothing twice.
 * @param occasion never used for another, and the same when it is repeated: `reminder-<hold>-3`.
 * @param except a channel that is not told.
 */
export async function announce(
  context: Omit<EnqueueContext, 'runs'>,
  occasion: string,
  events: readonly DomainEvent[],
  at: string,
  except?: string,
): Promise<void> {
  const { lists, targets } = context.loaded.config;
  const notices = noticesOf(events, { at, lists, targets, places: placesOf(context) });
  for (const channel of await put(context, occasion, notices, except)) {
    await context.deliveryQueue.send({ schema: 1, channel });
  }
}

/** Adds a delivery for every channel that wants a notice; the channels that have something now. */
async function put(
  context: Omit<EnqueueContext, 'runs'>,
  occasion: string,
  notices: readonly Notice[],
  except?: string,
): Promise<ReadonlySet<string>> {
  const deliveries = [...context.channels.values()]
    .filter(({ id }) => id !== except)
    .flatMap((channel) =>
      notices
        .filter((notice) => wants(channel.only, notice))
        .map((notice): Delivery => ({ id: `${occasion}/${notice.key}/${channel.id}`, channel: channel.id, notice })),
    );
  await context.outbox.add(deliveries);
  return new Set(deliveries.map(({ channel }) => channel));
}
