import type { QueueClient } from '@azure/storage-queue';
import type { DeliveryMessage } from '../ports/queues.ts';
import { addressOf, type LaneMessage, type RunMessage } from '../ports/queues.ts';
import type { Scope } from './keys.ts';
import { withinTime } from './timed.ts';

/** A queue message holds 64 KiB once it is encoded. */
const longestMessage = 65_536;

/** Sends one kind of message to one queue, each with whom it is for. */
export class QueueSender<Message extends LaneMessage | RunMessage | DeliveryMessage> {
  readonly #queue: QueueClient;
  readonly #for: string;
  readonly #answerMilliseconds: number;

  constructor(queue: QueueClient, scope: Scope, answerMilliseconds: number) {
    this.#queue = queue;
    this.#for = addressOf(scope);
    this.#answerMilliseconds = answerMilliseconds;
  }

  /**
   * Resolves once the message is in the queue. It may arrive twice: when the answer to sending was lost, it is sent again.
   */
  async send(message: Message, delaySeconds = 0): Promise<void> {
    const text = encodeMessage({ for: this.#for, ...message });
    await withinTime(this.#answerMilliseconds, `queue ${this.#queue.name}`, (abortSignal) =>
      this.#queue.sendMessage(text, { visibilityTimeout: delaySeconds, abortSignal }),
    );
  }
}

/** The text of a queue message: base64 of JSON, as the Functions host expects it. */
function encodeMessage(message: LaneMessage | RunMessage | DeliveryMessage): string {
  const text = Buffer.from(JSON.stringify(message)).toString('base64');
  if (text.length > longestMessage) {
    throw new RangeError(
      `expected a queue message of at most ${longestMessage} bytes, got ${text.length} for ${'run' in message ? `run ${message.run}` : `channel ${message.channel}`}; ` +
        'name fewer targets, or none to run all of them',
    );
  }
  return text;
}
