import { expect, it } from 'vitest';
import { retryAfterMs } from '../../src/core/calendar.ts';

const now = new Date('2026-11-12T08:00:00Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5_000],
  ['Thu, 12 Nov 2026 08:01:00 GMT', 60_000],
  ['Thursday, 12-Nov-26 08:01:00 GMT', 60_000],
  ['Thu, 12 Nov 2026 07:00:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['12345678901', undefined],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
