import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InvocationContext } from '@azure/functions';
import { QueueClient } from '@azure/storage-queue';
import { afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { pollQueues, type QueueOptions, type QueuePollers } from '../../../src/local/host/queues.ts';
import { gate } from '../../support/gate.ts';

interface Handled {
  readonly input: unknown;
  readonly attempt: unknown;
}

let storage: string;
let queue: QueueClient;
let poison: QueueClient;
let pollers: QueuePollers | undefined;
let lines: string[];

beforeAll(() => {
  storage = inject('azurite');
  queue = new QueueClient(storage, 'host-test');
  poison = new QueueClient(storage, 'host-test-poison');
});

beforeEach(() => {
  lines = [];
});

afterEach(async () => {
  await pollers?.stop();
  pollers = undefined;
  await queue.deleteIfExists();
  await poison.deleteIfExists();
});

let handled: Handled[] = [];
let work: () => Promise<void>;

/** What the function does from here on, after it has noted its message. */
function meet(next: () => Promise<void> = async () => {}): { readonly handled: Handled[] } {
  handled = [];
  work = next;
  return { handled };
}

async function handler(input: unknown, context: InvocationContext): Promise<void> {
  handled.push({ input, attempt: context.triggerMetadata?.dequeueCount });
  await work();
}

async function start(changes: Partial<QueueOptions> = {}): Promise<QueuePollers> {
  const trigger = { type: 'queueTrigger', queueName: 'host-test', connection: 'TestStorage' } as const;
  pollers = await pollQueues([{ name: 'worker', trigger, handler }], {
    connection: () => storage,
    batchSize: 4,
    newBatchThreshold: 2,
    maxDequeueCount: 5,
    retrySeconds: 0,
    holdSeconds: 30,
    idleMs: 20,
    log: ({ level, message }) => void lines.push(`${level}: ${message}`),
    ...changes,
  });
  return pollers;
}

const send = (value: unknown): Promise<unknown> =>
  queue.sendMessage(Buffer.from(JSON.stringify(value)).toString('base64'));

async function countOf(client: QueueClient): Promise<number | undefined> {
  return (await client.getProperties()).approximateMessagesCount;
}

test('a message reaches the function decoded, once, and is gone when it returns', async () => {
  const { handled } = meet();
  await start();
  await send({ schema: 1, text: 'größer' });
  await vi.waitFor(() => expect(handled).toHaveLength(1), { timeout: 4000, interval: 5 });
  await pollers?.stop();
  expect(handled).toEqual([{ input: { schema: 1, text: 'größer' }, attempt: 1 }]);
  expect(await countOf(queue)).toBe(0);
});

test('a message that fails is tried five times and then set aside as it was', async () => {
  const { handled } = meet(async () => {
    throw new Error('not today');
  });
  await start();
  await send({ run: 'r-1' });
  await vi.waitFor(() => expect(lines.at(-1)).toContain('gave up'), { timeout: 4000, interval: 10 });
  await pollers?.stop();
  expect(handled.map((one) => one.attempt)).toEqual([1, 2, 3, 4, 5]);
  expect(await countOf(queue)).toBe(0);
  const [kept] = (await poison.peekMessages()).peekedMessageItems;
  expect(JSON.parse(Buffer.from(kept?.messageText ?? '', 'base64').toString())).toEqual({ run: 'r-1' });
  expect(lines.filter((line) => line.includes('not today'))).toHaveLength(5);
  expect(lines.at(-1)).toMatch(/gave up after 5 attempts; the message is now in host-test-poison/);
});

test('a message on which five workers died is set aside and no sixth begins', async () => {
  const { handled } = meet();
  await queue.createIfNotExists();
  await send({ run: 'r-1' });
  for (let i = 0; i < 5; i += 1) {
    const [item] = (await queue.receiveMessages()).receivedMessageItems;
    await queue.updateMessage(item?.messageId ?? '', item?.popReceipt ?? '', undefined, 0);
  }
  await start();
  await vi.waitFor(() => expect(lines.at(-1)).toContain('gave up after 5 attempts'), { timeout: 4000, interval: 10 });
  await pollers?.stop();
  expect(handled).toEqual([]);
  expect((await poison.peekMessages()).peekedMessageItems).toHaveLength(1);
});

test('a message that succeeds at last is not set aside', async () => {
  const { handled } = meet(async () => {
    if (handled.length < 3) throw new Error('not yet');
  });
  await start();
  await send('again');
  await vi.waitFor(() => expect(handled).toHaveLength(3), { timeout: 4000, interval: 5 });
  await pollers?.stop();
  expect(await poison.exists()).toBe(false);
  expect(await countOf(queue)).toBe(0);
});

test('several messages are worked on at a time, and no more than batch and threshold allow', async () => {
  const { opened, open } = gate();
  let most = 0;
  let now = 0;
  const { handled } = meet(async () => {
    now += 1;
    most = Math.max(most, now);
    await opened;
    now -= 1;
  });
  await queue.createIfNotExists();
  for (let i = 0; i < 12; i += 1) await send(i);
  await start();
  await vi.waitFor(() => expect(now).toBeGreaterThanOrEqual(4), { timeout: 4000, interval: 5 });
  open();
  await vi.waitFor(() => expect(handled).toHaveLength(12), { timeout: 4000, interval: 5 });
  expect(most).toBeLessThanOrEqual(6);
});

test('a message stays hidden for as long as it is worked on', async () => {
  const { opened, open } = gate();
  const { handled } = meet(() => opened);
  // Stands before the storage account and counts renewals: three of half a second each outlast the one second given.
  const account = new URL(/QueueEndpoint=([^;]+)/.exec(storage)?.[1] ?? '');
  let renewals = 0;
  const proxy = createServer((request, response) => {
    const { method, headers, url: path } = request;
    if (method === 'PUT' && path?.includes('/messages/')) {
      renewals += 1;
      if (renewals === 3) open();
    }
    const onward = forward({ host: account.hostname, port: account.port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const connection = storage.replace(account.host, `127.0.0.1:${port}`);

  await start({ connection: () => connection, holdSeconds: 1 });
  await send('long');
  await opened;
  await pollers?.stop();
  proxy.close();
  expect(handled).toHaveLength(1);
  expect(await countOf(queue)).toBe(0);
});

test('stopping finishes what is running and takes nothing new', async () => {
  const { opened, open } = gate();
  const { handled } = meet(() => opened);
  const running = await start({ batchSize: 1, newBatchThreshold: 0 });
  await send('first');
  await vi.waitFor(() => expect(handled).toHaveLength(1), { timeout: 4000, interval: 5 });
  await send('second');
  const stopped = running.stop();
  open();
  await stopped;
  expect(handled.map((one) => one.input)).toEqual(['first']);
  expect(await countOf(queue)).toBe(1);
});

test('a queue that disappears is made again', async () => {
  const { handled } = meet();
  const running = await start();
  await queue.delete();
  await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 4000, interval: 5 });
  await vi.waitFor(
    async () => {
      running.wake();
      expect(await queue.exists()).toBe(true);
    },
    { timeout: 4000, interval: 5 },
  );
  await send('after');
  await vi.waitFor(() => expect(handled).toHaveLength(1), { timeout: 4000, interval: 5 });
  expect(lines[0]).toContain('trying on');
});
