import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../src/azure/arm/pace.ts';

describe('the rate limit', () => {
  it('holds nothing back until an answer tells what is left', () => {
    const limit = new RateLimit();
    for (let i = 0; i < 1000; i++) expect(limit.take('writes', 0)).toBe(0);
  });

  it('sends as fast as asked while much is left, and at the pace of the refill when little is', () => {
    const limit = new RateLimit();
    expect(limit.take('writes', 0)).toBe(0);
    limit.answered('writes', '22', 0);
    // 20 are left to others; after that ten a second, each in its turn.
    expect(Array.from({ length: 5 }, () => limit.take('writes', 0))).toEqual([0, 0, 100, 200, 300]);
    expect(limit.take('reads', 0)).toBe(0);
  });

  it('says how long a request would wait, without counting it', () => {
    const limit = new RateLimit();
    expect(limit.waitFor('writes', 0)).toBe(0);
    limit.take('writes', 0);
    limit.answered('writes', '20', 0);
    expect([limit.waitFor('writes', 0), limit.waitFor('writes', 0), limit.waitFor('writes', 1_000)]).toEqual([
      100, 100, 0,
    ]);
    expect(limit.take('writes', 0)).toBe(100);
  });

  it('goes on as the bucket fills again, and believes a newer answer', () => {
    const limit = new RateLimit();
    limit.take('writes', 0);
    limit.answered('writes', '0', 0);
    expect(limit.take('writes', 0)).toBe(2_100);
    expect(limit.take('writes', 10_000)).toBe(0);
    limit.answered('writes', '199', 10_000);
    expect(Array.from({ length: 100 }, () => limit.take('writes', 10_000)).every((wait) => wait === 0)).toBe(true);
  });

  it('reckons with what is on its way and unknown to the answer that came', () => {
    const limit = new RateLimit();
    for (let i = 0; i < 11; i++) limit.take('writes', 0);
    limit.answered('writes', '30', 0);
    expect(limit.take('writes', 0)).toBe(100);
  });

  it('takes an answer without the header for no news', () => {
    const limit = new RateLimit();
    limit.take('writes', 0);
    limit.answered('writes', '20', 0);
    limit.take('writes', 0);
    limit.answered('writes', undefined, 0);
    expect(limit.take('writes', 0)).toBe(200);
  });
});
