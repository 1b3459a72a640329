import { expect, test } from 'vitest';
import { type Attempt, Brake } from '../../src/feeds/brake.ts';

const start = Date.parse('2024-01-15T12:00:00Z');
const at = (minutes: number) => ({ now: new Date(start + minutes * 60_000) });
const hq = (address: string, minutes = 0): Attempt => ({ feed: 'branches', client: 'hq', address, ...at(minutes) });
const guess = (brake: Brake, attempt: Attempt, times: number) => {
  for (let i = 0; i < times; i++) brake.wrong(attempt);
};

test('the eleventh wrong secret of ten minutes waits for their end', () => {
  const brake = new Brake();
  guess(brake, hq('192.0.2.7'), 9);
  expect(brake.waitOf(hq('192.0.2.7', 1))).toBeUndefined();
  guess(brake, hq('192.0.2.7', 1), 1);
  expect(brake.waitOf(hq('192.0.2.7', 1))).toBe(540);
  expect(brake.waitOf(hq('192.0.2.7', 9.999))).toBe(1);
  expect(brake.waitOf(hq('192.0.2.7', 10))).toBeUndefined();
});

test('neither another device there nor the device elsewhere waits for it', () => {
  const brake = new Brake();
  guess(brake, hq('192.0.2.7'), 50);
  expect(brake.waitOf({ ...hq('192.0.2.7'), client: 'depot' })).toBeUndefined();
  expect(brake.waitOf({ ...hq('192.0.2.7'), feed: 'other' })).toBeUndefined();
  expect(brake.waitOf(hq('192.0.2.8'))).toBeUndefined();
  expect(brake.waitOf(hq('::ffff:192.0.2.7'))).toBe(600);
});

test('a device that is guessed at from everywhere leaves each network one try, and lets its own in', () => {
  const brake = new Brake();
  for (let i = 0; i < 200; i++) {
    const attempt = hq(`198.51.100.${i}`);
    expect(brake.waitOf(attempt)).toBeUndefined();
    guess(brake, attempt, 1);
    expect(brake.waitOf(attempt)).toBe(i < 49 ? undefined : 600);
  }
  expect(brake.waitOf(hq('203.0.113.1'))).toBeUndefined();
  brake.right(hq('203.0.113.1'));
  expect(brake.waitOf(hq('203.0.113.1', 1))).toBeUndefined();
});

test('names that no device has cost the network its tries, but not the devices that pull from there', () => {
  const brake = new Brake();
  brake.right(hq('192.0.2.7'));
  for (let i = 0; i < 10; i++) guess(brake, { ...hq('192.0.2.7'), client: `d${i}` }, 10);
  expect(brake.waitOf({ feed: 'branches', address: '192.0.2.7', ...at(1) })).toBe(540);
  expect(brake.waitOf({ ...hq('192.0.2.7', 1), client: 'depot' })).toBe(540);
  expect(brake.waitOf(hq('192.0.2.7', 1))).toBeUndefined();
  expect(brake.waitOf({ ...hq('192.0.2.8', 1), client: 'depot' })).toBeUndefined();
});

test('what is right makes up for what was wrong before', () => {
  const brake = new Brake();
  guess(brake, hq('192.0.2.7'), 9);
  brake.right(hq('192.0.2.7'));
  guess(brake, hq('192.0.2.7'), 9);
  expect(brake.waitOf(hq('192.0.2.7'))).toBeUndefined();
});

test('twenty thousand counts are kept, and the oldest ones go', () => {
  const brake = new Brake();
  guess(brake, hq('192.0.2.7'), 10);
  const others = (from: number, to: number) => {
    for (let i = from; i < to; i++) brake.wrong({ feed: 'branches', address: `10.0.${i >> 8}.${i & 255}`, ...at(0) });
  };
  // One for the address, and one for its tries.
  others(0, 9_998);
  expect(brake.waitOf(hq('192.0.2.7'))).toBe(600);
  others(9_998, 10_000);
  expect(brake.waitOf(hq('192.0.2.7'))).toBeUndefined();
});
