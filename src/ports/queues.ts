import type { Actor } from '../core/decisions/decision.ts';
import type { Notice } from '../core/notice.ts';

/** Whom a queue message is for: queues are told apart by their names alone, and two services may be given the same. */
export interface Addressed {
  /** Instance and cloud of the service that sent it to itself, `acme/Public`; absent in messages of older versions. */
  readonly for?: string;
  /** How often another service took it out of the queue and put it back. */
  readonly returned?: number;
}

export function addressOf({ instance, cloud }: { readonly instance: string; readonly cloud: string }): string {
  return `${instance}/${cloud}`;
}

/** A run that was asked for and not begun yet. */
export interface RunMessage extends Addressed {
  readonly schema: 1;
  readonly run: string;
  readonly trigger: 'timer' | 'http' | 'start';
  /**
   * Only these targets; all if absent. What counts is what the store knows of the run when it begins: targets may join it
   * until then, so none travel in messages. (Those of older versions carry them.)
   */
  readonly targets?: readonly string[];
  /** The persons who asked for it, as far as they are known; in the store, as the targets. */
  readonly by?: readonly Actor[];
}

export interface RunQueue {
  /** `delaySeconds`: how long the message stays invisible. */
  send(message: RunMessage, delaySeconds?: number): Promise<void>;
}

/** Work for one lane of one run. The plans are in the store; nothing else travels. */
export interface LaneMessage extends Addressed {
  readonly schema: 1;
  readonly run: string;
  readonly lane: string;
  readonly generation: number;
}

export interface LaneQueue {
  /** `delaySeconds`: how long the message stays invisible. */
  send(message: LaneMessage, delaySeconds?: number): Promise<void>;
}

/** One notice for one channel. */
export interface Delivery {
  /** Run (or other occasion), key of the notice and channel: the same delivery again is the same row. */
  readonly id: string;
  readonly channel: string;
  readonly notice: Notice;
}

/** Health of a channel. One row a channel, so that a success is recorded in one write. */
export interface ChannelState {
  /** Tries since the last success. */
  readonly failures: number;
  /** ISO 8601: the first of these, and before when nothing is tried. */
  readonly downSince?: string;
  readonly notBefore?: string;
  /** What went wrong last, without secrets. */
  readonly lastError?: string;
  /** What is being sent: written before, so that a repetition after a crash is the same message with the same key. */
  readonly sending?: Batch;
  /** What was taken: from here on its deliveries are done, also those whose own row does not say so yet. */
  readonly taken?: Batch;
}

/** What goes out as one message: one delivery, or several as a digest. */
export interface Batch {
  /** Idempotency key. */
  readonly key: string;
  readonly ids: readonly string[];
  /** Deliveries that are outdated by now, and only counted. */
  readonly dropped: readonly string[];
  /** The notice as sent: one delivery's own, or the digest. */
  readonly notice: Notice;
}

/** Notices that have to reach their channels. */
export interface Outbox {
  /** Adds deliveries that are not there yet, in their order. What was added before, in whatever state, stays as it is. */
  add(deliveries: readonly Delivery[]): Promise<void>;
  /** Those that are not done, oldest first, `most` of them. */
  pending(channel: string, most: number): Promise<readonly Delivery[]>;
  /** Ends deliveries of a channel. Ended ones stay ended. */
  settle(channel: string, ids: readonly string[], how: 'sent' | 'dropped'): Promise<void>;
  channel(id: string): Promise<ChannelState>;
  setChannel(id: string, state: ChannelState): Promise<void>;
  /** Whether a closed run's events were all turned into deliveries. */
  isSwept(run: string): Promise<boolean>;
  markSwept(run: string): Promise<void>;
}

/** Work for one channel: look at what is pending. */
export interface DeliveryMessage extends Addressed {
  readonly schema: 1;
  readonly channel: string;
}

export interface DeliveryQueue {
  /** `delaySeconds`: how long the message stays invisible, 7 days at most. */
  send(message: DeliveryMessage, delaySeconds?: number): Promise<void>;
}

interface QueueNames {
  readonly runs: string;
  readonly lanes: string;
  readonly deliveries: string;
  /** Where the Functions host puts a message of `lanes` that failed too often. */
  readonly lanesPoison: string;
}

/** Names of the queues that work travels through. Loads no SDK: the functions that are triggered by them need only this. */
export function queueNames(prefix: string): QueueNames {
  const names = { runs: `${prefix}-runs`, lanes: `${prefix}-lanes`, deliveries: `${prefix}-deliveries` };
  for (const name of Object.values(names)) {
    // Of 63 characters a queue's name may have, the Functions host needs seven for `-poison`.
    if (!/^[a-z0-9](-?[a-z0-9])*$/.test(name) || name.length > 56) {
      throw new RangeError(
        `expected a queue prefix of lower-case letters, digits and single hyphens, at most 45 long, got "${prefix}"`,
      );
    }
  }
  return { ...names, lanesPoison: `${names.lanes}-poison` };
}
