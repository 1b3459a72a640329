import type { QueueClient } from '@azure/storage-queue';
import type { LaneMessage } from '../ports/lane-queue.ts';
import type { DeliveryMessage } from '../ports/outbox.ts';
import type { RunMessage } from '../ports/run-queue.ts';
import { encodeMessage } from './message-codec.ts';
import { withinTime } from './timed.ts';

/** Sends one kind of message to one queue. */
export class QueueSender<Message extends LaneMessage | RunMessage | DeliveryMessage> {
  readonly #queue: QueueClient;
  readonly #answerMilliseconds: number;

  constructor(queue: QueueClient, answerMilliseconds: number) {
    this.#queue = queue;
    this.#answerMilliseconds = answerMilliseconds;
  }

  /**
   * Resolves once the message is in the queue. It may arrive twice: when the answer to sending was lost, it is sent again.
   */
  async send(message: Message, delaySeconds = 0): Promise<void> {
    const text = encodeMessage(message);
    await withinTime(this.#answerMilliseconds, `queue ${this.#queue.name}`, (abortSignal) =>
      this.#queue.sendMessage(text, { visibilityTimeout: delaySeconds, abortSignal }),
    );
  }
}
