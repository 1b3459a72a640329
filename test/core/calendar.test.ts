import { expect, it } from 'vitest';
import { isCalendarDate, readMoment } from '../../src/core/calendar.ts';

it.each([
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T12:00Z', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01T01:30:15.5+02:00', '2026-02-28T23:30:15.500Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2026-02-29', undefined],
  ['2026-02-29T12:00Z', undefined],
  ['2026-03-01T25:00Z', undefined],
  ['2026-13-01', undefined],
  ['2026-3-1', undefined],
  ['', undefined],
])('a moment is kept in one form: %s', (text, expected) => {
  expect(readMoment(text)).toBe(expected);
});

it.each([
  ['2024-02-29', true],
  ['2023-02-29', false],
  ['2024-02-30', false],
  ['2024-00-10', false],
  ['2024-01-15T00:00', false],
  ['20240115', false],
  ['', false],
])('%s is a date of the calendar: %s', (text, expected) => {
  expect(isCalendarDate(text)).toBe(expected);
});
