import { createHash } from 'node:crypto';
import { canWait, isQuiet } from '../core/channel-rules.ts';
import { faultOf } from '../core/errors.ts';
import { digestOf, stillMatters } from '../messages/news.ts';
import { NotifierError } from '../ports/notifier.ts';
import type { Batch, ChannelState, Delivery, DeliveryMessage } from '../ports/queues.ts';
import { SecretError } from '../ports/secret.ts';
import type { ConfiguredChannel, NoticeContext } from './context.ts';
import { announce } from './enqueue-notices.ts';

/** What sending needs. */
export type DeliverContext = Omit<NoticeContext, 'runs'>;

/** Seconds after which a channel that another worker holds is tried again. */
const busySeconds = 5;
/** Messages sent on one queue message; whatever is left gets one of its own. */
const maxMessages = 20;
/** Deliveries looked at once; what is left comes with the next message. */
const maxPending = 500;
/** That many at once, or any that waited so long, come as one digest. */
const floodCount = 5;
const waitedMs = 3_600_000;
/** Failures in a row from which on the other channels report it (once): a quarter of an hour of trying; two clear refusals. */
const tellAfter = 6;

/**
 * Sends what is pending for one channel, in order, under the channel's lease. Each step may be repeated after a crash:
 *
 * - `sending` is recorded: what goes out, and under which key; a repetition sends the very same
 * - the receiver takes it
 * - `taken` is recorded: from here on it is never sent again
 * - the deliveries are settled, then `taken` is cleared
 *
 * A failure is recorded with the time before which nothing is tried again; nothing is thrown for it.
 */
export async function deliver(
  context: DeliverContext,
  { channel: id }: DeliveryMessage,
  signal: AbortSignal,
): Promise<void> {
  const channel = context.channels.get(id);
  if (!channel) return;
  const lease = await context.leases.acquire(`channel-${id}`);
  if (!lease) return context.deliveryQueue.send({ schema: 1, channel: id }, busySeconds);
  try {
    const stop = AbortSignal.any([signal, lease.lost]);
    let state: ChannelState | undefined = await context.outbox.channel(id);
    for (let sent = 0; state !== undefined; sent++) {
      if (sent === maxMessages) return await context.deliveryQueue.send({ schema: 1, channel: id });
      stop.throwIfAborted();
      state = await sendNext(context, channel, state, stop);
    }
  } finally {
    await lease.release();
  }
}

/**
 * Sends one message. Resolves to the channel's state then; to undefined if there was nothing to send now.
 * @param read the state as it is stored: the lease keeps others from changing it.
 */
async function sendNext(
  context: DeliverContext,
  channel: ConfiguredChannel,
  read: ChannelState,
  signal: AbortSignal,
): Promise<ChannelState | undefined> {
  const { outbox } = context;
  const now = context.now();
  const state = await settled(context, channel.id, read);
  if (state.notBefore !== undefined && now.toISOString() < state.notBefore) return undefined;
  const resend =
    state.sending && !(isHushed(channel, now) && canWait(state.sending.notice)) ? state.sending : undefined;
  const batch = resend ?? (await nextBatch(context, channel, state, now));
  if (!batch) return undefined;
  if (batch.ids.length === 0) {
    await outbox.settle(channel.id, batch.dropped, 'dropped');
    return undefined;
  }
  if (!resend) await outbox.setChannel(channel.id, { ...state, sending: batch });
  const { instance, cloud } = context.loaded.config;
  try {
    const notifier = await channel.open();
    await notifier.send({ id: batch.key, instance, cloud, notice: batch.notice }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    await noteFailure(context, channel, { ...state, sending: batch }, error);
    return undefined;
  }
  const taken: ChannelState = { failures: 0, taken: batch };
  await outbox.setChannel(channel.id, taken);
  const after = await settled(context, channel.id, taken);
  context.log('notice sent', { channel: channel.id, notices: batch.ids.length, oldNews: batch.dropped.length });
  return after;
}

/** Settles what the receiver has taken, if that is left to do; the state without it. */
async function settled(
  { outbox }: DeliverContext,
  channel: string,
  { taken, ...rest }: ChannelState,
): Promise<ChannelState> {
  if (taken === undefined) return rest;
  await outbox.settle(channel, taken.ids, 'sent');
  await outbox.settle(channel, taken.dropped, 'dropped');
  await outbox.setChannel(channel, rest);
  return rest;
}

/** What goes out next: the oldest delivery, or a digest of those that waited. Undefined if nothing is to go now. */
async function nextBatch(
  context: DeliverContext,
  channel: ConfiguredChannel,
  state: ChannelState,
  now: Date,
): Promise<Batch | undefined> {
  const pending = await context.outbox.pending(channel.id, maxPending);
  const due = isHushed(channel, now) ? pending.filter(({ notice }) => !canWait(notice)) : pending;
  const [oldest] = due;
  if (!oldest) return undefined;
  const waited = now.getTime() - Date.parse(oldest.notice.at) > waitedMs;
  if (due.length === 1 && !waited) return batchOf([oldest], [], oldest.notice);
  if (due.length <= floodCount && !waited && state.downSince === undefined) return batchOf([oldest], [], oldest.notice);
  const { keep, dropped } = stillMatters(due, now);
  const [only, ...more] = keep;
  if (!only) return batchOf([], dropped, oldest.notice);
  if (more.length === 0 && dropped.length === 0) return batchOf([only], [], only.notice);
  const reason = state.downSince === undefined ? 'which waited' : 'while this channel could not be reached';
  return batchOf(
    keep,
    dropped,
    digestOf(
      keep.map(({ notice }) => notice),
      dropped.length,
      reason,
    ),
  );
}

function isHushed({ quietHours }: ConfiguredChannel, now: Date): boolean {
  return quietHours !== undefined && isQuiet(quietHours, now);
}

function batchOf(keep: readonly Delivery[], dropped: readonly Delivery[], notice: Batch['notice']): Batch {
  const ids = keep.map(({ id }) => id);
  const key = createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32);
  return { key, ids, dropped: dropped.map(({ id }) => id), notice };
}

/**
 * Records a failure and when to try again. What could not be sent is no longer a batch: by the next try more may have
 * come, or some of it may be outdated. Unless the receiver may have taken it: for an hour, the very same goes out again,
 * under the same key.
 */
async function noteFailure(
  context: DeliverContext,
  channel: ConfiguredChannel,
  state: ChannelState,
  error: unknown,
): Promise<void> {
  const now = context.now();
  const kind = error instanceof NotifierError ? error.kind : 'unreachable';
  const text =
    error instanceof NotifierError || error instanceof SecretError
      ? error.message
      : `it failed in an unexpected way (${faultOf(error)})`;
  const failures = state.failures + 1;
  const seconds = waitSeconds(failures, error, context.random());
  const downSince = state.downSince ?? now.toISOString();
  const mayBeTaken = kind === 'unreachable' && now.getTime() - Date.parse(downSince) < waitedMs;
  const next: ChannelState = {
    failures,
    downSince,
    notBefore: new Date(now.getTime() + seconds * 1000).toISOString(),
    lastError: text,
    ...(mayBeTaken && state.sending ? { sending: state.sending } : {}),
  };
  await context.outbox.setChannel(channel.id, next);
  context.log('notice not sent', { channel: channel.id, error: text, failures, againIn: seconds });
  if (failures >= (kind === 'refused' ? 2 : tellAfter)) {
    const event = { kind: 'channel-down', channel: channel.id, since: downSince, text } as const;
    await announce(context, `channel-${channel.id}-${downSince}`, [event], now.toISOString(), channel.id);
  }
  await context.deliveryQueue.send({ schema: 1, channel: channel.id }, seconds);
}

/** 30 s, doubled with every failure, up to 6 h, with jitter downwards; at least as long as the receiver asked for, up to a day. */
function waitSeconds(failures: number, error: unknown, random: number): number {
  const usual = Math.min(30 * 2 ** (failures - 1), 21_600) * (0.75 + random * 0.25);
  const asked = error instanceof NotifierError ? (error.retryAfterMs ?? 0) / 1000 : 0;
  return Math.ceil(Math.max(usual, Math.min(asked, 86_400)));
}
