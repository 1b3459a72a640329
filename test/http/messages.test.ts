import { expect, test } from 'vitest';
import { parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';

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
