import { type DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { RegisteredFunction, Registrations } from './core-module.ts';
import { type HostLog, invoke, triggerOf } from './invoke.ts';
import { createPause } from './pause.ts';

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
  readonly gaveUp?: (functionName: string, text: string) => void;
}

export interface QueuePollers {
  /** Looks at all queues now: something may have been put there. */
  wake(): void;
  /** Takes no more messages; resolves when those being worked on are done. */
  stop(): Promise<void>;
}

/** After a failed request to the storage account. */
const troubleMs = 2000;

/**
 * Works on the messages of every queue function as Azure does: base64 texts, several at a time, invisible to others
 * while worked on, deleted when the function returns, tried again when it throws, and put into `<queue>-poison` after
 * the last attempt. Queues that are missing are made.
 */
export async function pollQueues(registrations: Registrations, options: QueueOptions): Promise<QueuePollers> {
  const functions = [...registrations.functions.values()].filter((one) => triggerOf(one).type === 'queuetrigger');
  const pollers: QueuePollers[] = [];
  const wake = (): void => {
    for (const poller of pollers) poller.wake();
  };
  for (const registered of functions) pollers.push(await pollQueue(registrations, registered, options, wake));
  return {
    wake,
    stop: async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
    },
  };
}

async function pollQueue(
  registrations: Registrations,
  registered: RegisteredFunction,
  options: QueueOptions,
  invoked: () => void,
): Promise<QueuePollers> {
  const trigger = triggerOf(registered);
  const name = String(trigger.setting('queueName'));
  const connection = options.connection(String(trigger.setting('connection')));
  const queue = new QueueClient(connection, name);
  const poison = new QueueClient(connection, `${name}-poison`);
  const say = (message: string): void => options.log({ level: 'warning', function: registered.name, message });
  const idle = createPause();
  const working = new Set<Promise<void>>();
  let stopping = false;
  let trouble = false;

  async function loop(): Promise<void> {
    while (!stopping) {
      if (working.size > options.newBatchThreshold) {
        await Promise.race(working);
        continue;
      }
      try {
        const taken = await take();
        trouble = false;
        if (!taken) await idle.wait(options.idleMs);
      } catch (error) {
        if (!trouble) say(`queue ${name}: ${String(error)}; trying on`);
        trouble = true;
        await idle.wait(troubleMs);
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
    // As many attempts ended without a word: the host does not begin another one.
    if (message.dequeueCount > options.maxDequeueCount) return await setAside(message, message.popReceipt);
    const held = hold(message);
    const failed = await invokeWith(message).then(
      () => false,
      () => true,
    );
    const popReceipt = await held.release();
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
    options.gaveUp?.(registered.name, message.messageText);
  }

  async function invokeWith(message: DequeuedMessageItem): Promise<void> {
    const text = Buffer.from(message.messageText, 'base64').toString('utf8');
    const metadata = {
      Id: { string: message.messageId },
      PopReceipt: { string: message.popReceipt },
      DequeueCount: { json: String(message.dequeueCount) },
      InsertionTime: { json: JSON.stringify(message.insertedOn) },
      ExpirationTime: { json: JSON.stringify(message.expiresOn) },
      NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
      QueueTrigger: { string: text },
    };
    await invoke(registrations, registered, { data: { string: text }, metadata }, options.log);
  }

  /** Keeps a message invisible until released; each renewal gives a new receipt. */
  function hold(message: DequeuedMessageItem): { release(): Promise<string> } {
    let { popReceipt } = message;
    let renewal: Promise<void> = Promise.resolve();
    async function renew(): Promise<void> {
      try {
        const renewed = await queue.updateMessage(message.messageId, popReceipt, undefined, options.holdSeconds);
        popReceipt = renewed.popReceipt ?? popReceipt;
      } catch (error) {
        say(`queue ${name}: could not keep message ${message.messageId}, it may be worked on twice: ${String(error)}`);
      }
    }
    const timer = setInterval(() => {
      renewal = renewal.then(renew);
    }, options.holdSeconds * 500);
    return {
      async release() {
        clearInterval(timer);
        await renewal;
        return popReceipt;
      },
    };
  }

  await queue.createIfNotExists();
  const running = loop();
  return {
    wake: () => idle.end(),
    async stop() {
      stopping = true;
      idle.end();
      await running;
    },
  };
}
