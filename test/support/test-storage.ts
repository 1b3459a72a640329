import { QueueServiceClient } from '@azure/storage-queue';
import { inject } from 'vitest';
import type { connectStorage } from '../../src/store/connect.ts';
import { soundLine } from '../histories/storage/line.ts';
import { MemoryAccount } from '../histories/storage/memory-account.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What tests run over: the emulator, or the account in memory that histories are played on. */
    storage: 'azurite' | 'memory';
  }
}

interface Taken {
  readonly text: string;
  delete(): Promise<unknown>;
}

interface TestStorage {
  /** How the account in memory is reached; undefined for the emulator, which the service reaches by itself. */
  readonly connect: typeof connectStorage | undefined;
  createQueue(name: string): Promise<unknown>;
  /** Takes the oldest message that is to be seen in a queue. */
  receive(queue: string): Promise<Taken | undefined>;
}

/** The storage of one test: the emulator behind a connection string, or an account in memory of its own. */
export function storageOf(connectionString: string): TestStorage {
  // Scripts such as `npm run screenshots` are no tests: nothing is provided to them.
  if (process.env.VITEST !== undefined && inject('storage') === 'memory') return inMemory(new MemoryAccount());
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  return {
    connect: undefined,
    createQueue: (name) => queues.createQueue(name),
    async receive(queue) {
      const client = queues.getQueueClient(queue);
      const [message] = (await client.receiveMessages({ numberOfMessages: 1 })).receivedMessageItems;
      if (message === undefined) return undefined;
      return { text: message.messageText, delete: () => client.deleteMessage(message.messageId, message.popReceipt) };
    },
  };
}

function inMemory(account: MemoryAccount): TestStorage {
  return {
    connect: async (_connection, queuePrefix) => account.connect(queuePrefix, soundLine),
    createQueue: (name) => account.queue(name).client(soundLine).createIfNotExists(),
    async receive(name) {
      const queue = account.queue(name);
      const message = queue.receive(30);
      return message && { text: message.text, delete: async () => queue.delete(message) };
    },
  };
}
