import { expect, test } from 'vitest';
import { Buckets } from '../../../src/simulator/arm/faults.ts';
import { ArmError } from '../../../src/simulator/arm/json.ts';

/** How many of `tries` requests pass at one moment, and what the first one refused is told. */
function pass(buckets: Buckets, write: boolean, tries: number, now: number) {
  let passed = 0;
  try {
    for (; passed < tries; passed++) buckets.take('sub1', write, now);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    return { passed, refused: `${error.status} ${error.code}`, headers: error.headers };
  }
  return { passed };
}

const refused = { refused: '429 SubscriptionRequestsThrottled', headers: { 'Retry-After': '1' } };

test('200 writes and 250 reads pass at once, then 10 and 25 a second', () => {
  const buckets = new Buckets(true);
  expect(pass(buckets, true, 300, 0)).toEqual({ passed: 200, ...refused });
  expect(pass(buckets, false, 300, 0)).toEqual({ passed: 250, ...refused });
  expect(pass(buckets, true, 300, 1000)).toEqual({ passed: 10, ...refused });
  expect(pass(buckets, false, 300, 1000)).toEqual({ passed: 25, ...refused });
  expect(pass(buckets, true, 300, 3_600_000)).toEqual({ passed: 200, ...refused });
  expect(buckets.take('sub2', true, 0)).toEqual({ 'x-ms-ratelimit-remaining-subscription-writes': '199' });
});

test('buckets that only count refuse nothing', () => {
  expect(pass(new Buckets(false), true, 300, 0)).toEqual({ passed: 300 });
});
