import { describe, expect, test } from 'vitest';
import type { Live, LiveUnit, UnitChange } from '../../src/core/plan/live.ts';
import { verifyChange } from '../../src/run/verify.ts';

const mark = 'contoso/hub';
const entries = ['20.0.0.0/24', '20.0.2.0/24'];
const change: UnitChange = { key: 'hub-1', family: 'ipv4', action: 'replace', entries };
const good: LiveUnit = { key: 'hub-1', family: 'ipv4', entries, version: 'v', mark, state: 'Succeeded' };

/** What is there after the write; `undefined`: no such unit. */
const liveWith = (unit: LiveUnit | undefined): Live => ({ units: unit ? [unit] : [], problems: [] });
const { mark: _, ...unmarked } = good;

describe('a unit that was written', () => {
  test.each([
    ['is as planned', good, undefined],
    ['holds the same in another order', { ...good, entries: [...entries].reverse() }, undefined],
    ['is gone', undefined, /hub-1 should hold 2 entries and does not exist/],
    ['is Failed', { ...good, state: 'Failed' }, /in state Failed, not Succeeded/],
    ['is Canceled', { ...good, state: 'Canceled' }, /in state Canceled, not Succeeded/],
    ['is still Updating', { ...good, state: 'Updating' }, /in state Updating, not Succeeded/],
    [
      'carries the mark of another target',
      { ...good, mark: 'contoso/spoke' },
      /the mark "contoso\/spoke", not "contoso/,
    ],
    ['carries no mark', unmarked, /the mark "", not "contoso\/hub"/],
    ['is named by nothing', { ...good, unused: 'shard not referenced' }, /^shard not referenced$/],
    ['lacks an entry', { ...good, entries: entries.slice(1) }, /other entries .* than planned/],
    ['holds one more', { ...good, entries: [...entries, '20.0.4.0/24'] }, /other entries .* than planned/],
    ['holds a wider one', { ...good, entries: ['20.0.0.0/23', '20.0.2.0/24'] }, /other entries .* than planned/],
  ] as const)('and %s', (_name, unit, wrong) => {
    const said = verifyChange(change, liveWith(unit), mark);
    if (wrong === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(wrong);
  });

  test('in a shared list carries nobody’s mark, and all else counts', () => {
    expect(verifyChange(change, liveWith(unmarked), undefined)).toBeUndefined();
    expect(verifyChange(change, liveWith({ ...unmarked, state: 'Failed' }), undefined)).toMatch(/in state Failed/);
  });
});

test.each([
  ['is gone', undefined, undefined],
  ['is there', good, /hub-1 should be gone and is still there/],
  ['is there, and empty', { ...good, entries: [] }, /should be gone/],
] as const)('a unit that was deleted %s', (_name, unit, wrong) => {
  const said = verifyChange({ ...change, action: 'delete', entries: [] }, liveWith(unit), mark);
  if (wrong === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(wrong);
});
