import { expect, test } from 'vitest';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { passesNearLimit } from '../../../src/core/plan/near-limit.ts';

const layout = { entriesPerUnit: 5, maxUnits: 2 };
const ranges = (count: number) => Array.from({ length: count }, (_, i) => `20.${i}.0.0/24`);
const record = (count: number) => ({
  owned: { ipv4: PrefixSet.from('ipv4', ranges(count)), ipv6: PrefixSet.empty('ipv6') },
});
const plan = (count: number, more: object = {}) => ({
  owned: { ipv4: ranges(count), ipv6: ['2603:1030::/48'] },
  refusals: [],
  mode: 'sync' as const,
  ...more,
});

test.each([
  ['below', 6, 7, undefined],
  ['passing', 7, 8, { entries: 8, room: 10 }],
  ['above already', 8, 9, undefined],
  ['at first contact', undefined, 9, { entries: 9, room: 10 }],
] as const)('%s', (_name, before, after, told) => {
  expect(passesNearLimit(plan(after), before === undefined ? undefined : record(before), layout)).toEqual(told);
});

test('nothing is told of what is not written', () => {
  expect(passesNearLimit(plan(9, { mode: 'report-only' }), undefined, layout)).toBeUndefined();
  const refusals = [{ rule: 'capacity', text: 'no room', next: 'make some' }];
  expect(passesNearLimit(plan(9, { refusals }), undefined, layout)).toBeUndefined();
});
