import { expect, test } from 'vitest';
import { postTestChannels } from '../../src/http/channels.ts';
import { parseDeliveryMessage } from '../../src/queues/messages.ts';
import { request, serviceForTests } from '../support/service.ts';

const post = (body?: string) => request('POST', '/api/channels/test', { body: body ?? '{}' });

test('a test of all channels, and of some', async () => {
  const service = serviceForTests();
  expect((await postTestChannels(post(), service)).status).toBe(200);
  await postTestChannels(post('{"channels":["ops"]}'), service);
  expect(service.asked).toEqual([
    ['testChannels', undefined],
    ['testChannels', ['ops']],
  ]);
});

test('one receiver that did not take it makes it 502, with the answer of each', async () => {
  const tests = [
    { channel: 'log', kind: 'log', ok: true, text: 'taken' },
    { channel: 'ops', kind: 'teams', ok: false, text: 'gone' },
  ];
  const answer = await postTestChannels(post(), serviceForTests({ testChannels: async () => tests }));
  expect(answer.status).toBe(502);
  expect(JSON.parse(String(answer.body ?? JSON.stringify(answer.jsonBody)))).toEqual({ channels: tests });
});

test('a message of the deliveries queue', () => {
  expect(parseDeliveryMessage({ schema: 1, channel: 'ops' })).toEqual({ schema: 1, channel: 'ops' });
  expect(() => parseDeliveryMessage({ schema: 2, channel: 'ops' })).toThrow('schema 2');
  expect(() => parseDeliveryMessage({ schema: 1 })).toThrow('deliveries');
});
