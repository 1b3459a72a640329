import { expect, test } from 'vitest';
import { crossCheckSchema, freshnessSchema } from '../../src/config/policy-schema.ts';
import { limitsOf } from '../../src/run/judge-publication.ts';

test('limits are those of the cloud unless the config says otherwise', () => {
  expect(limitsOf({ cloud: 'Public', freshness: {} })).toEqual({ lateAfter: 16, staleAfter: 25 });
  expect(limitsOf({ cloud: 'China', freshness: { lateAfterDays: 30 } })).toEqual({ lateAfter: 30, staleAfter: 60 });
});

test.each([{ lateAfterDays: 30, staleAfterDays: 30 }, { lateAfterDays: 0 }, { staleAfterDays: 1.5 }, { late: 3 }])(
  'freshness refuses %j',
  (settings) => {
    expect(freshnessSchema.safeParse(settings).success).toBe(false);
  },
);

test.each([
  { ways: 'yes' },
  { api: {} },
  { api: { subscriptionId: 'mine', location: 'westeurope' } },
  { api: { subscriptionId: '00000000-0000-0000-0000-000000000001', location: 'West Europe' } },
])('crossCheck refuses %j', (settings) => {
  expect(crossCheckSchema.safeParse(settings).success).toBe(false);
});
