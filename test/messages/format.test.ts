import { describe, expect, test } from 'vitest';
import { askedText, extent, listed, quantity, span, statusText, stopped } from '../../src/messages/format.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and d'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('%j is listed as "%s", three at most', (items, text) => {
  expect(listed(items, 3)).toBe(text);
});

test.each([
  [0, '0 ranges'],
  [1, '1 range'],
  [1n, '1 range'],
  [8576, '8,576 ranges'],
  [2n ** 64n, '18,446,744,073,709,551,616 ranges'],
])('%s is %s', (count, text) => {
  expect(quantity(count, 'range')).toBe(text);
});

describe('an extent', () => {
  test('counts an address once, however often it is named', () => {
    expect(extent(['192.0.2.0/24', '192.0.2.0/25'])).toBe('2 ranges (256 IPv4 addresses)');
  });

  test('of nothing has no sizes', () => {
    expect(extent([])).toBe('0 ranges');
  });
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59_999, '59 s'],
  [minute, '1 min'],
  [hour + 61_000, '1 h 1 min'],
  [3 * day + 20 * hour + 59 * minute, '3 d 20 h'],
  [day + minute, '1 d'],
  [1200 * day, '1,200 d'],
])('%d ms are %s', (milliseconds, text) => {
  expect(span(milliseconds)).toBe(text);
});

test('a full stop is put once', () => {
  expect([stopped('so'), stopped('so.'), stopped('so?')]).toEqual(['so.', 'so.', 'so?']);
});

test('a status, and who asked for a run, are words and no names of the API', () => {
  expect([statusText('no-change'), statusText('applied')]).toEqual(['no change', 'applied']);
  expect(askedText('http', [{ name: 'a function key' }])).toBe('a function key');
  expect([askedText('timer'), askedText('http', []), askedText('start')]).toEqual([
    'the timer',
    'a request',
    'the start of the service',
  ]);
});
