import { describe, expect, it } from 'vitest';
import host from '../../host.json' with { type: 'json' };
import { handleLaneMessage, handlePoisonedLane, maxTries } from '../../src/queues/lane-message.ts';
import { serviceForTests } from '../support/service.ts';

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
