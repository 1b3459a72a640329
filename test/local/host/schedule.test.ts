import { expect, test } from 'vitest';
import { parseSchedule } from '../../../src/local/host/start-host.ts';

test.each([
  ['0 0 */6 * * *', '2024-01-08T10:20:00Z', '2024-01-08T12:00:00.000Z'],
  ['0 0 */6 * * *', '2024-01-08T12:00:00Z', '2024-01-08T18:00:00.000Z'],
  ['0 */10 * * * *', '2024-02-29T23:59:59Z', '2024-03-01T00:00:00.000Z'],
  ['30 5,35 8-17 * * Mon-Fri', '2024-01-05T17:40:00Z', '2024-01-08T08:05:30.000Z'],
  // Day and day of week must both fit in NCRONTAB: the next Friday the 13th.
  ['0 0 9 13 * 5', '2024-01-08T00:00:00Z', '2024-09-13T09:00:00.000Z'],
  ['0 0 0 1 1 *', '2024-01-08T00:00:00Z', '2025-01-01T00:00:00.000Z'],
])('%s after %s is %s', (expression, from, next) => {
  expect(parseSchedule(expression).nextRun(new Date(from))?.toISOString()).toBe(next);
});

test.each([
  '*/5 * * * *',
  '0 0 0 1 1 * 2030',
  '@daily',
  '0 0 0 L * *',
  '0 0 0 * * MON#1',
  '0 0 25 * * *',
  '00:05:00',
  '',
])('"%s" is refused', (expression) => {
  expect(() => parseSchedule(expression)).toThrow();
});
