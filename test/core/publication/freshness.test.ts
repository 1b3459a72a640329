import { describe, expect, it } from 'vitest';
import { clouds } from '../../../src/core/publication/catalog.ts';
import { daysSince, freshnessLimits, freshnessOf } from '../../../src/core/publication/freshness.ts';

const date = '2024-01-15';

/** Noon, so many days after the date. */
const after = (days: number) => new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000);

describe('freshnessOf', () => {
  it.each([
    ['Public', 0, 'fresh'],
    ['Public', 16, 'fresh'],
    ['Public', 17, 'late'],
    ['Public', 25, 'late'],
    ['Public', 26, 'stale'],
    ['AzureGovernment', 45, 'fresh'],
    ['AzureGovernment', 46, 'late'],
    ['AzureGovernment', 60, 'late'],
    ['AzureGovernment', 61, 'stale'],
    ['China', 45, 'fresh'],
    ['China', 61, 'stale'],
    ['Public', -3, 'fresh'],
  ] as const)('calls %s %i days after its date %s', (cloud, days, freshness) => {
    expect(freshnessOf(cloud, date, after(days))).toBe(freshness);
  });

  it('has limits in order, with a reason, for every cloud', () => {
    for (const cloud of clouds) {
      const { lateAfter, staleAfter, reason } = freshnessLimits[cloud];
      expect(lateAfter).toBeLessThan(staleAfter);
      expect(reason).toMatch(/gap/);
    }
  });
});

it('counts whole days in UTC', () => {
  expect(daysSince(date, new Date('2024-01-15T00:00:00Z'))).toBe(0);
  expect(daysSince(date, new Date('2024-01-15T23:59:59Z'))).toBe(0);
  expect(daysSince(date, new Date('2024-01-16T00:00:00Z'))).toBe(1);
  expect(daysSince(date, new Date('2024-01-14T23:59:59Z'))).toBe(-1);
});
