import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LaneMessage, RunMessage } from '../../src/ports/queues.ts';
import { parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import { openTestStore, receiveFrom } from '../support/open-test-store.ts';

const lane: LaneMessage = { schema: 1, run: 'r', lane: 'sub/rg/östlich', generation: 3 };
const run: RunMessage = { schema: 1, run: 'r', trigger: 'http', targets: ['a', 'ü'] };

async function openQueues() {
  const queuePrefix = `q-${randomUUID()}`;
  const store = await openTestStore({ queuePrefix, instance: 'an-instance' });
  /** What the Functions host hands over: the message decoded from base64, parsed where it is JSON. */
  const receive = async (name: string): Promise<unknown[]> =>
    (await receiveFrom(`${queuePrefix}-${name}`)).map((text) => JSON.parse(Buffer.from(text, 'base64').toString()));
  return { ...store, receive };
}

test('each kind of message arrives in its queue', async () => {
  const { laneQueue, runQueue, receive } = await openQueues();
  await laneQueue.send(lane);
  await runQueue.send(run);
  const [gotLane] = await receive('lanes');
  const [gotRun] = await receive('runs');
  expect(parseLaneMessage(gotLane)).toEqual({ ...lane, for: 'an-instance/Public' });
  expect(parseRunMessage(gotRun)).toEqual({ ...run, for: 'an-instance/Public' });
});

test('a message that is put back stays whose it is', async () => {
  const { laneQueue, receive } = await openQueues();
  const theirs = { ...lane, for: 'another/Public', returned: 3 };
  await laneQueue.send(theirs);
  const [got] = await receive('lanes');
  expect(parseLaneMessage(got)).toEqual(theirs);
});

test('a delayed message is not to be seen yet', async () => {
  const { laneQueue, receive } = await openQueues();
  await laneQueue.send(lane, 60);
  expect(await receive('lanes')).toEqual([]);
});

test('a message that is too long is refused before it is sent', async () => {
  const { runQueue } = await openQueues();
  const targets = Array.from({ length: 5_000 }, (_, i) => `target-${i}`);
  await expect(runQueue.send({ ...run, targets })).rejects.toThrow('65536 bytes');
});
