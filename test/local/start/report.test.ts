import { expect, test } from 'vitest';
import { writesText } from '../../../src/local/start/report.ts';
import { someRun } from '../../api/service-for-tests.ts';

test.each([
  [{}, '1 write'],
  [{ armWrites: 2 }, '2 writes'],
  [{ armWrites: 0, armWritesAtLeast: true }, 'at least 0 writes'],
] as const)('the writes of a run with %j are %s', (change, text) => {
  expect(writesText({ ...someRun, ...change })).toBe(text);
});
