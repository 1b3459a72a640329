import { expect, test } from 'vitest';
import { passesNearLimit } from '../../../src/core/plan/fit.ts';
import { memoryWith } from '../../support/memory.ts';

const layout = { entriesPerUnit: 5, maxUnits: 2 };
const ranges = (count: number) => Array.from({ length: count }, (_, i) => `20.${i}.0.0/24`);
const memory = (count: number) => memoryWith(ranges(count));
const plan = (count: number, more: object = {}) => ({
  owned: { ipv4: ranges(count), ipv6: ['2603:1030::/48'] },
  foreign: [],
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
  expect(passesNearLimit(plan(after), before === undefined ? undefined : memory(before), layout)).toEqual(told);
});

test('nothing is told of what is not written', () => {
  expect(passesNearLimit(plan(9, { mode: 'report-only' }), undefined, layout)).toBeUndefined();
  const refusals = [{ rule: 'capacity', text: 'no room', next: 'make some' }];
  expect(passesNearLimit(plan(9, { refusals }), undefined, layout)).toBeUndefined();
});

const foreign = (count: number) => ranges(count).map((entry) => ({ unit: 'u', entry }));

test.each([
  ['below', 3, 4, undefined],
  ['passing', 4, 5, { entries: 8, room: 10 }],
  ['above already', 5, 6, undefined],
  ['at first contact', undefined, 5, { entries: 8, room: 10 }],
] as const)('%s, with three entries of others in it', (_name, before, after, told) => {
  const known = before === undefined ? undefined : memory(before);
  expect(passesNearLimit(plan(after, { foreign: foreign(3) }), known, layout)).toEqual(told);
});

test('what all families and others share is a limit of its own', () => {
  const shared = { ...layout, together: 20 };
  expect(passesNearLimit(plan(5), memory(4), shared, { taken: 10 })).toEqual({ entries: 16, room: 20 });
  expect(passesNearLimit(plan(4), memory(4), shared, { taken: 10 })).toBeUndefined();
  expect(passesNearLimit(plan(6), memory(5), shared, { taken: 11 })).toBeUndefined();
});

test('a prefix counts as the entries that it takes', () => {
  const render = (prefix: string) => [`${prefix} once`, `${prefix} twice`];
  expect(passesNearLimit(plan(4), memory(3), { ...layout, render })).toEqual({ entries: 8, room: 10 });
  expect(passesNearLimit(plan(5), memory(4), { ...layout, render })).toBeUndefined();
});

test('names fill a target as addresses do', () => {
  const named = (count: number) => Array.from({ length: count }, (_, i) => `r${i}.azurecr.io`);
  const known = memoryWith(named(7));
  expect(passesNearLimit(plan(0, { names: named(8) }), known, layout)).toEqual({ entries: 8, room: 10 });
  expect(passesNearLimit(plan(0, { names: named(9) }), memoryWith(named(8)), layout)).toBeUndefined();
});
