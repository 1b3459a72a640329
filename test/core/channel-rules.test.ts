import { describe, expect, test } from 'vitest';
import { canWait, isQuiet, type QuietHours, wants } from '../../src/core/channel-rules.ts';
import { notice } from '../support/sample-notices.ts';

const night: QuietHours = { from: '18:00', to: '07:00', timeZone: 'Europe/Berlin', wholeDays: ['sat', 'sun'] };
const noon: QuietHours = { ...night, from: '12:00', to: '13:00' };

// Berlin is an hour ahead of UTC in winter, two in summer; its clocks change on 2024-03-31 and 2024-10-27, both Sundays.
const times: [string, QuietHours, string, boolean][] = [
  ['a minute before the evening', night, '2024-01-15T16:59:00Z', false],
  ['the first minute', night, '2024-01-15T17:00:00Z', true],
  ['midnight', night, '2024-01-15T23:00:00Z', true],
  ['the last minute', night, '2024-01-16T05:59:00Z', true],
  ['the morning', night, '2024-01-16T06:00:00Z', false],
  ['the morning, in summer', night, '2024-07-16T05:00:00Z', false],
  ['a Saturday at noon', night, '2024-01-20T11:00:00Z', true],
  ['Friday night, which is Saturday there', noon, '2024-01-19T23:30:00Z', true],
  ['Sunday night, which is Monday there', noon, '2024-01-21T23:30:00Z', false],
  ['within a day', noon, '2024-01-15T11:30:00Z', true],
  ['after it', noon, '2024-01-15T12:00:00Z', false],
  ['the whole day', { ...noon, from: '08:00', to: '08:00' }, '2024-01-15T12:00:00Z', true],
  ['the Monday after the clocks went forward', night, '2024-04-01T05:00:00Z', false],
  ['the Monday after they went back', night, '2024-10-28T05:59:00Z', true],
];

test.each(times)('%s', (_name, quiet, now, expected) => {
  expect(isQuiet(quiet, new Date(now))).toBe(expected);
});

test('what hurts, or is in a hurry, cannot wait', () => {
  const { qualifier: _, ...hurry } = notice;
  expect(canWait(notice)).toBe(true);
  expect(canWait(hurry)).toBe(false);
  expect(canWait({ ...hurry, qualifier: 'today' })).toBe(false);
  expect(canWait({ ...notice, severity: 'failed' })).toBe(false);
  expect(canWait({ ...hurry, severity: 'info' })).toBe(true);
});

describe('a filter', () => {
  test('that says nothing wants everything', () => expect(wants({}, notice)).toBe(true));
  test.each([
    [{ kinds: ['question'] as const }, true],
    [{ kinds: ['changed', 'failed'] as const }, false],
    [{ severity: 'info' as const }, true],
    [{ severity: 'needs-you' as const }, true],
    [{ severity: 'failed' as const }, false],
    [{ lists: ['west', 'east'] }, true],
    [{ lists: ['east'] }, false],
    [{ targets: ['hub'] }, true],
    [{ targets: ['spoke'], lists: ['west'] }, false],
  ])('%j: %s', (filter, expected) => {
    expect(wants(filter, notice)).toBe(expected);
    const everybody = { ...notice, lists: [], targets: [] };
    if ('lists' in filter || 'targets' in filter) expect(wants(filter, everybody)).toBe(true);
  });
});
