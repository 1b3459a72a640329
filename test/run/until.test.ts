import { expect, test } from 'vitest';
import { readUntil, UntilError } from '../../src/operator/operator.ts';

const now = new Date('2024-02-28T12:00:00Z');

test.each([
  ['90min', '2024-02-28T13:30:00.000Z'],
  ['12h', '2024-02-29T00:00:00.000Z'],
  ['14d', '2024-03-13T12:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2024-03-01T08:00Z', '2024-03-01T08:00:00.000Z'],
  ['2024-03-01T08:00:00.5+05:30', '2024-03-01T02:30:00.500Z'],
])('%s is %s', (text, iso) => {
  expect(readUntil(text, now)).toBe(iso);
});

test.each([
  '',
  '14',
  '14 d',
  '-1d',
  '1.5h',
  '3w',
  '2024-02-30',
  '2023-02-29',
  '2024-02-30T08:00:00Z',
  '2024-03-01T08:00:00',
  '2024-03-01T25:00:00Z',
  '2024-3-1',
  'tomorrow',
  '0d',
  '2024-02-28',
  '2024-02-28T12:00:00Z',
])('"%s" is refused', (text) => {
  expect(() => readUntil(text, now)).toThrow(UntilError);
});
