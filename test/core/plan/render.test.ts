import { describe, expect, test } from 'vitest';
import { mustWrite } from '../../../src/azure/unit-state.ts';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { emptySets } from '../../../src/core/address/sets.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import { entriesOf } from '../../../src/core/plan/entries.ts';
import { fitInto } from '../../../src/core/plan/fit.ts';
import type { Layout, LiveUnit } from '../../../src/core/plan/live.ts';
import { classifyEntries } from '../../../src/core/plan/ownership.ts';
import { packFamily } from '../../../src/core/plan/pack.ts';

/** A place that takes neither /31 nor /32. */
const render = (prefix: string): readonly string[] => {
  const [address = '', length] = prefix.split('/');
  if (length === '32') return [address];
  return length === '31' ? [address, address.replace(/\d+$/, (last) => String(Number(last) + 1))] : [prefix];
};
const layout: Layout = {
  families: ['ipv4'],
  entriesPerUnit: 3,
  maxUnits: 2,
  unitKey: (_, index) => `u-${index + 1}`,
  whenEmpty: 'refill',
  render,
};
const v4 = (...prefixes: string[]) => PrefixSet.from('ipv4', prefixes);
const unitOf = (key: string, entries: readonly string[]): LiveUnit => ({
  key,
  family: 'ipv4',
  entries,
  state: 'Succeeded',
  mark: 'm',
  version: '1',
});

function pack(units: readonly LiveUnit[], add: PrefixSet, remove = v4(), of = layout) {
  const ours = PrefixSet.unionOf(
    'ipv4',
    units.map(({ entries }) => entriesOf(entries.map((entry) => (entry.includes('/') ? entry : `${entry}/32`))).ipv4),
  );
  const held = classifyEntries({ units, problems: [] }, { ...entriesOf([]), ipv4: ours });
  const desired = ours.union(add).subtract(remove);
  return packFamily('ipv4', held.units, of, { add, remove, desired, drop: new Set() }, () => false);
}

describe('packing, where a /31 takes two entries', () => {
  test('fills units by what they take, spelt as it is there', () => {
    const { changes, entries, unplaced, ours } = pack([], v4('10.0.0.0/31', '20.0.0.0/31', '30.0.0.7/32'));
    expect(changes.map(({ key, entries: texts }) => [key, texts])).toEqual([
      ['u-1', ['10.0.0.0', '10.0.0.1']],
      ['u-2', ['20.0.0.0', '20.0.0.1', '30.0.0.7']],
    ]);
    expect(changes.map(({ added }) => added)).toEqual([['10.0.0.0/31'], ['20.0.0.0/31', '30.0.0.7/32']]);
    expect(entries).toBe(5);
    expect(unplaced).toEqual([]);
    expect(ours).toEqual(['10.0.0.0/32', '10.0.0.1/32', '20.0.0.0/32', '20.0.0.1/32', '30.0.0.7/32']);
  });

  test('finds nothing to do on what it wrote', () => {
    const units = [unitOf('u-1', ['10.0.0.0', '10.0.0.1']), unitOf('u-2', ['30.0.0.7'])];
    expect(pack(units, v4())).toEqual({
      changes: [],
      entries: 3,
      unplaced: [],
      stranded: [],
      ours: ['10.0.0.0/32', '10.0.0.1/32', '30.0.0.7/32'],
    });
  });

  test('counts what finds no room', () => {
    const { entries, unplaced } = pack([], v4('10.0.0.0/31', '20.0.0.0/31', '30.0.0.0/31'));
    expect(entries + unplaced.length).toBe(6);
    expect(unplaced).toEqual(['30.0.0.0', '30.0.0.1']);
  });

  test('takes one address out of two', () => {
    const [change] = pack([unitOf('u-1', ['10.0.0.0', '10.0.0.1'])], v4(), v4('10.0.0.1/32')).changes;
    expect(change).toMatchObject({ action: 'replace', entries: ['10.0.0.0'], removed: ['10.0.0.1/32'] });
  });

  test('leaves room for what it takes when a list is joined to fit', () => {
    const listed = entriesOf(['10.0.0.0/31', '10.0.0.4/31', '20.0.0.0/31', '30.0.0.0/24']);
    const fit = fitInto({
      listed,
      holding: classifyEntries({ units: [], problems: [] }, entriesOf([])),
      layout,
      live: {},
      selection: { list: 'l', tags: [], families: ['ipv4'], always: emptySets, never: emptySets },
      ledger: emptyLedger('Public'),
      maxOverGrant: 0,
    });
    expect(fit.offer).toMatchObject([
      { listed: 7, room: 6, entries: ['10.0.0.0/29', '20.0.0.0', '20.0.0.1', '30.0.0.0/24'] },
    ]);
  });
});

describe('a change that is made already', () => {
  const change = {
    key: 'u',
    family: 'ipv4',
    action: 'replace',
    entries: ['10.0.0.1', '20.0.0.0/24'],
    version: '0',
  } as const;

  test.each([
    ['in another order', ['20.0.0.0/24', '10.0.0.1']],
    ['spelt otherwise', ['10.0.0.1/32', '20.0.0.0/24']],
  ])('needs no write where it is %s', (_, entries) => {
    expect(mustWrite('s', change, unitOf('u', entries), 'm')).toBe(false);
  });

  test('is another one where an entry is split, or another is beside it', () => {
    for (const entries of [
      ['10.0.0.1', '20.0.0.0/25', '20.0.0.128/25'],
      ['10.0.0.1', '20.0.0.0/24', '20.0.0.0/25'],
    ]) {
      expect(() => mustWrite('s', change, unitOf('u', entries), 'm')).toThrow('it was changed after the plan');
    }
  });
});
