import { setTimeout as sleep } from 'node:timers/promises';
import { type DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { type HostLog, invoke, type LocalFunction, type TriggerOf, triggeredBy } from './functions.ts';

export interface QueueOptions {
  /** Connection string behind a setting's name. Throws if there is none. */
  readonly connection: (setting: string) => string;
  /** As in host.json. */
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a failed message stays invisible before it is tried again. */
  readonly retrySeconds: number;
  /** How long a message stays invisible while it is worked on, unless renewed; renewed at half of it. */
  readonly holdSeconds: number;
  /** Longest wait before an empty queue is looked at again. */
  readonly idleMs: number;
  readonly log: HostLog;
  /** Told when a message was set aside after its last attempt. */
  readonly gaveUp?: (functionName: string) => void;
}

export interface QueuePollers {
  /** Looks at all queues now: something may have been put there. */
  wake(): void;
  /** Stops taking messages; resolves when those in progress are done. */
  stop(): Promise<void>;
}

/** After a failed request to the storage account. */
const troubleMs = 2000;

/**
 * Works on the messages of every queue function as Azure does: base64 texts, several at a time, invisible to others
 * while worked on, deleted when the function returns, tried again when it throws, and put into `<queue>-poison` after
 * the last attempt. Queues that are missing are made.
 */
export async function pollQueues(functions: readonly LocalFunction[], options: QueueOptions): Promise<QueuePollers> {
  const pollers: QueuePollers[] = [];
  const wake = (): void => {
    for (const poller of pollers) poller.wake();
  };
  for (const one of triggeredBy(functions, 'queueTrigger')) pollers.push(await pollQueue(one, options, wake));
  return {
    wake,
    stop: async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
    },
  };
}

async function pollQueue(
  one: LocalFunction<TriggerOf<'queueTrigger'>>,
  options: QueueOptions,
  invoked: () => void,
): Promise<QueuePollers> {
  const { queueName: name, connection } = one.trigger;
  const queue = new QueueClient(options.connection(connection), name);
  const poison = new QueueClient(options.connection(connection), `${name}-poison`);
  const say = (message: string): void => options.log({ level: 'warning', function: one.name, message });
  const working = new Set<Promise<void>>();
  let woken = Promise.withResolvers<void>();
  let stopping = false;
  let trouble = false;

  /** Waits, until woken; woken before it began, not at all. */
  async function idle(ms: number): Promise<void> {
    await Promise.race([sleep(ms, undefined, { ref: false }), woken.promise]);
    woken = Promise.withResolvers();
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      if (working.size > options.newBatchThreshold) {
        await Promise.race(working);
        continue;
      }
      try {
        const taken = await take();
        trouble = false;
        if (!taken) await idle(options.idleMs);
      } catch (error) {
        if (!trouble) say(`queue ${name}: ${String(error)}; trying on`);
        trouble = true;
        await idle(troubleMs);
      }
    }
    await Promise.all(working);
  }

  /** Takes a batch and starts on it; false if the queue is empty. */
  async function take(): Promise<boolean> {
    if (trouble) await queue.createIfNotExists();
    const { receivedMessageItems: messages } = await queue.receiveMessages({
      numberOfMessages: Math.min(options.batchSize, 32),
      visibilityTimeout: options.holdSeconds,
    });
    for (const message of messages) {
      const work = (
        stopping ? queue.updateMessage(message.messageId, message.popReceipt, undefined, 0) : attempt(message)
      )
        .catch((error: unknown) => say(`queue ${name}: message ${message.messageId}: ${String(error)}`))
        .then(() => {
          working.delete(work);
          invoked();
        });
      working.add(work);
    }
    return messages.length > 0;
  }

  async function attempt(message: DequeuedMessageItem): Promise<void> {
    // All attempts ended without a result: the host does not begin another one.
    if (message.dequeueCount > options.maxDequeueCount) return await setAside(message, message.popReceipt);
    let receipt = Promise.resolve(message.popReceipt);
    const renewing = setInterval(() => {
      receipt = receipt.then((last) => renew(message, last));
    }, options.holdSeconds * 500);
    const failed = await invoke(one, inputOf(message), options.log, {
      triggerMetadata: { dequeueCount: message.dequeueCount },
    }).then(
      () => false,
      () => true,
    );
    clearInterval(renewing);
    const popReceipt = await receipt;
    if (!failed) {
      await queue.deleteMessage(message.messageId, popReceipt);
    } else if (message.dequeueCount >= options.maxDequeueCount) {
      await setAside(message, popReceipt);
    } else {
      await queue.updateMessage(message.messageId, popReceipt, undefined, options.retrySeconds);
    }
  }

  async function setAside(message: DequeuedMessageItem, popReceipt: string): Promise<void> {
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(message.messageId, popReceipt);
    const attempts = Math.min(message.dequeueCount, options.maxDequeueCount);
    say(`queue ${name}: gave up after ${attempts} attempts; the message is now in ${name}-poison`);
    options.gaveUp?.(one.name);
  }

  /** Keeps a message invisible for another while; gives its new receipt. */
  async function renew({ messageId }: DequeuedMessageItem, popReceipt: string): Promise<string> {
    try {
      return (
        (await queue.updateMessage(messageId, popReceipt, undefined, options.holdSeconds)).popReceipt ?? popReceipt
      );
    } catch (error) {
      say(`queue ${name}: could not keep message ${messageId}, it may be worked on twice: ${String(error)}`);
      return popReceipt;
    }
  }

  await queue.createIfNotExists();
  const running = loop();
  return {
    wake: () => woken.resolve(),
    async stop() {
      stopping = true;
      woken.resolve();
      await running;
    },
  };
}

/** What a function gets: JSON where the text is some, as the Functions library reads it. */
function inputOf({ messageText }: DequeuedMessageItem): unknown {
  const text = Buffer.from(messageText, 'base64').toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
