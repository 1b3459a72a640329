import { describe, expect, it, test } from 'vitest';
import host from '../../host.json' with { type: 'json' };
import {
  handleLaneMessage,
  handlePoisonedLane,
  maxTries,
  parseDeliveryMessage,
  parseLaneMessage,
  parseRunMessage,
} from '../../src/queues/messages.ts';
import { serviceForTests } from '../support/service.ts';

const lane = { schema: 1, run: 'r-1', lane: 'firewall', generation: 4 };

test('messages of this version pass unchanged', () => {
  expect(parseLaneMessage(lane)).toEqual(lane);
  const run = { schema: 1, run: 'r-1', trigger: 'timer', targets: ['a'] };
  expect(parseRunMessage(run)).toEqual(run);
});

test('a message of a newer version is not worked on', () => {
  expect(() => parseLaneMessage({ ...lane, schema: 2 })).toThrow(/schema 2; this version knows schema 1/);
});

test.each([['text'], [undefined], [{ ...lane, generation: 1.5 }], [{ ...lane, run: '' }]])(
  '%j is refused',
  (message) => {
    expect(() => parseLaneMessage(message)).toThrow(/lanes queue is not valid/);
  },
);

test('a message of the deliveries queue', () => {
  expect(parseDeliveryMessage({ schema: 1, channel: 'ops' })).toEqual({ schema: 1, channel: 'ops' });
  expect(() => parseDeliveryMessage({ schema: 2, channel: 'ops' })).toThrow('schema 2');
  expect(() => parseDeliveryMessage({ schema: 1 })).toThrow('deliveries');
});

const message = { schema: 1, run: 'r-1', lane: 'nsg:a', generation: 3 };
const failing = () =>
  serviceForTests({
    workLane: async () => {
      throw new Error('storage answered 500');
    },
  });

describe('a message of the lanes queue', () => {
  it('is tried as often as the host is told to', () => {
    expect(host.extensions.queues.maxDequeueCount).toBe(maxTries);
  });

  it.each([1, maxTries - 1, undefined])('is left to the next try when try %s fails', async (tries) => {
    const service = failing();
    await expect(handleLaneMessage(service, message, tries)).rejects.toThrow('storage answered 500');
    expect(service.asked).toEqual([]);
  });

  it('fails its targets with the reason when the last try fails', async () => {
    const service = failing();
    await handleLaneMessage(service, message, maxTries);
    expect(service.asked).toEqual([['giveUpLane', message, 'storage answered 500']]);
  });

  it('fails its targets when it comes from the poison queue', async () => {
    const service = serviceForTests();
    await handlePoisonedLane(service, message);
    expect(service.asked).toEqual([['giveUpLane', message, expect.stringContaining('ended 5 times')]]);
  });

  it('of a newer version is never given up, and never taken for another', async () => {
    const service = serviceForTests();
    await expect(handleLaneMessage(service, { ...message, schema: 2 }, maxTries)).rejects.toThrow('schema 2');
    await expect(handlePoisonedLane(service, { ...message, schema: 2 })).rejects.toThrow('schema 2');
    expect(service.asked).toEqual([]);
  });
});
