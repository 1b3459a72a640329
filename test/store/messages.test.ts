import { expect, test } from 'vitest';
import { decodeLaneMessage, decodeRunMessage } from '../../src/store/message-codec.ts';
import { queueNames } from '../../src/store/queue-names.ts';
import { SchemaError, StoredFormatError } from '../../src/store/schema.ts';

test('a message of a newer version is not worked on', () => {
  expect(() => decodeLaneMessage({ schema: 2, run: 'r', lane: 'l', generation: 1 })).toThrow(SchemaError);
  expect(() => decodeRunMessage({ schema: 2, run: 'r', trigger: 'http' })).toThrow(SchemaError);
});

test('what is no message is refused', () => {
  for (const body of [null, 1, '"x"', {}, { schema: 1 }, { schema: 1, run: 'r', lane: 'l', generation: '1' }]) {
    expect(() => decodeLaneMessage(body), JSON.stringify(body)).toThrow(StoredFormatError);
    expect(() => decodeRunMessage(body), JSON.stringify(body)).toThrow(StoredFormatError);
  }
  expect(() => decodeRunMessage({ schema: 1, run: 'r', trigger: 'http', targets: 'east' })).toThrow(StoredFormatError);
  expect(() => decodeRunMessage({ schema: 1, run: 'r', trigger: 'cron' })).toThrow(StoredFormatError);
});

test('queue names are checked before Azure refuses them', () => {
  expect(queueNames('sts-1')).toEqual({
    runs: 'sts-1-runs',
    lanes: 'sts-1-lanes',
    deliveries: 'sts-1-deliveries',
    lanesPoison: 'sts-1-lanes-poison',
  });
  for (const prefix of ['', 'Sts', 'a--b', '-a', 'a_b', 'x'.repeat(51)]) {
    expect(() => queueNames(prefix), prefix).toThrow(RangeError);
  }
});
