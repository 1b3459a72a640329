import { expect, test } from 'vitest';
import { clockFailure, nextOfSource, nextOfStorage } from '../../src/doctor/check.ts';
import { SourceError } from '../../src/ports/source.ts';
import { SchemaError } from '../../src/store/schema.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const late = new Error('blob x: expected an answer within 1 ms', { cause: new DOMException('aborted', 'AbortError') });
const ofOurs = new TypeError('Webhook is not a constructor');
const newer = new SchemaError('row x was written by a newer version');

test.each([
  ['a connection that is refused', refused, /AzureWebJobsStorage/],
  ['no answer in time', late, /AzureWebJobsStorage/],
  ['a row of a newer version', newer, /^fix the cause that the message names$/],
  ['a fault of ours', ofOurs, /^fix the cause that the message names$/],
])('storage: %s', (_, error, next) => {
  expect(nextOfStorage(error)).toMatch(next);
});

test('only an error of the source asks for another way', () => {
  expect(nextOfSource(new SourceError('No way led to a publication'))).toContain('open the network path to it');
  expect(nextOfSource(ofOurs)).toBe('fix the cause that the message names');
});

test('Azure does not answer is said of the network only', () => {
  expect(clockFailure(new TypeError('fetch failed', { cause: refused }), 'x').text).toContain('does not answer');
  expect(clockFailure(new DOMException('late', 'TimeoutError'), 'x').text).toContain('does not answer');
  expect(clockFailure(ofOurs, 'x').text).not.toContain('does not answer');
});
