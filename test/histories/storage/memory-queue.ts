import type { QueueClient } from '@azure/storage-queue';
import type { Line } from './line.ts';
import { StorageAnswer } from './storage-answer.ts';

/** A message that lies in a queue. */
export interface QueuedMessage {
  readonly number: number;
  readonly text: string;
  /** Milliseconds from which on it is to be seen. */
  visibleAt: number;
  /** How often it was taken out. */
  dequeued: number;
}

/** One queue of an account. `now`: milliseconds, for what is visible. */
export class MemoryQueue {
  readonly name: string;
  readonly #now: () => number;
  #messages: QueuedMessage[] = [];
  #sent = 0;
  #exists = false;

  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
  }

  /** A client of it that sends, over a line. */
  client(line: Line): QueueClient {
    const client = {
      name: this.name,
      createIfNotExists: () =>
        line.pass(() => {
          this.#exists = true;
        }),
      sendMessage: (text: string, { visibilityTimeout = 0 }: { visibilityTimeout?: number } = {}) =>
        line.pass(() => {
          if (!this.#exists) throw StorageAnswer.of(404, 'QueueNotFound');
          this.#sent++;
          const visibleAt = this.#now() + visibilityTimeout * 1_000;
          this.#messages.push({ number: this.#sent, text, visibleAt, dequeued: 0 });
        }),
    };
    return client as unknown as QueueClient;
  }

  /** Takes the oldest message that is to be seen; it stays invisible for a while and comes back unless it is deleted. */
  receive(invisibleSeconds: number): QueuedMessage | undefined {
    const now = this.#now();
    const message = this.#messages.find(({ visibleAt }) => visibleAt <= now);
    if (message === undefined) return undefined;
    message.visibleAt = now + invisibleSeconds * 1_000;
    message.dequeued++;
    return message;
  }

  delete(message: QueuedMessage): void {
    this.#messages = this.#messages.filter((one) => one !== message);
  }

  /** When the next message is to be seen; undefined if there is none. */
  nextAt(): number | undefined {
    return this.#messages.reduce<number | undefined>(
      (soonest, { visibleAt }) => (soonest === undefined || visibleAt < soonest ? visibleAt : soonest),
      undefined,
    );
  }
}
