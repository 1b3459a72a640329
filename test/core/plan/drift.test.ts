import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { families } from '../../../src/core/address/family.ts';
import { judgeDrift } from '../../../src/core/plan/drift.ts';
import { entriesOf, isNone, textsOf } from '../../../src/core/plan/entries.ts';
import type { Drift } from '../../../src/core/plan/plan-types.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';

const a = '192.0.2.0/24';
const b = '198.51.100.0/24';
const c = '2001:db8::/32';

const now = new Date(Date.UTC(2026, 0, 6, 12));

/** Drift by day, one list of ranges each: what is repaired and stopped then, and what is remembered in the end. */
function follow(days: Readonly<Record<number, readonly string[]>>) {
  let drift: readonly Drift[] | undefined;
  const told = Object.entries(days).map(([day, ranges]) => {
    const at = new Date(Date.UTC(2026, 0, Number(day), 12));
    const record = { target: 'hub', ...(drift ? { drift } : {}) };
    const judged = judgeDrift(record, { direction: 'add', entries: entriesOf(ranges) }, at);
    drift = judged.drift;
    expect(judged.reason !== undefined).toBe(!isNone(judged.stopped));
    return { repair: textsOf(judged.repair), stopped: textsOf(judged.stopped), reason: judged.reason };
  });
  return { told, drift };
}

describe('drift', () => {
  it('is repaired twice and then stopped, as long as it comes', () => {
    const { told } = follow({ 1: [a, c], 2: [], 3: [a, c], 4: [a, c], 5: [a, c] });
    expect(told.map(({ repair }) => repair)).toEqual([[a, c], [], [a, c], [], []]);
    expect(told.map(({ stopped }) => stopped)).toEqual([[], [], [], [a, c], [a, c]]);
  });

  it('is counted range by range: a new one is repaired beside one that is stopped', () => {
    const { told } = follow({ 1: [a], 2: [a], 3: [a, b], 4: [b], 5: [a, b] });
    expect(told.map(({ repair }) => repair)).toEqual([[a], [a], [b], [b], []]);
    expect(told.map(({ stopped }) => stopped)).toEqual([[], [], [a], [], [a, b]]);
  });

  it('is the same in another split, and in part', () => {
    const { told } = follow({
      1: [a],
      2: ['192.0.2.0/25', '192.0.2.128/25'],
      3: ['192.0.2.0/26'],
      4: ['192.0.2.64/26'],
    });
    expect(told.map(({ stopped }) => stopped)).toEqual([[], [], ['192.0.2.0/26'], ['192.0.2.64/26']]);
  });

  it('is forgotten after 30 days of peace', () => {
    expect(follow({ 1: [a], 2: [a], 31: [a] }).told.at(-1)?.stopped).toEqual([a]);
    expect(follow({ 1: [a], 2: [a], 32: [a] }).told.at(-1)?.repair).toEqual([a]);
    expect(follow({ 1: [a], 2: [a], 32: [] }).drift).toEqual([]);
  });

  it('is not at peace while it is stopped', () => {
    const { told } = follow({ 1: [a], 2: [a], 20: [a], 49: [a] });
    expect(told.map(({ stopped }) => stopped)).toEqual([[], [], [a], [a]]);
  });

  it('counts what others take out and what they put there by themselves', () => {
    const drift: readonly Drift[] = [{ ranges: [a], times: 2, lastAt: '2026-01-05T12:00:00.000Z' }];
    const put = (past: readonly Drift[]) =>
      judgeDrift({ target: 'hub', drift: past }, { direction: 'remove', entries: entriesOf([a]) }, now);
    expect(textsOf(put(drift).repair)).toEqual([a]);
    expect(put(drift).drift).toEqual([{ direction: 'remove', ranges: [a], times: 1, lastAt: now.toISOString() }]);
    const twice: readonly Drift[] = [
      { direction: 'remove', ranges: [a], times: 2, lastAt: '2026-01-05T12:00:00.000Z' },
    ];
    expect(textsOf(put(twice).stopped)).toEqual([a]);
    const out = judgeDrift({ target: 'hub', drift: twice }, { direction: 'add', entries: entriesOf([a]) }, now);
    expect(textsOf(out.repair)).toEqual([a]);
  });

  it('stops an entry of others whole, at the highest count of its parts', () => {
    const drift: readonly Drift[] = [
      { direction: 'remove', ranges: ['192.0.2.0/26'], times: 1, lastAt: '2026-01-05T12:00:00.000Z' },
      { direction: 'remove', ranges: ['192.0.2.64/26'], times: 2, lastAt: '2026-01-05T12:00:00.000Z' },
    ];
    const strange = [a, b].map((entry) => entriesOf([entry]));
    const judged = judgeDrift(
      { target: 'hub', drift },
      { direction: 'remove', entries: entriesOf([a, b]), whole: strange },
      now,
    );
    expect([textsOf(judged.repair), textsOf(judged.stopped)]).toEqual([[b], [a]]);
  });

  it('says who may be fighting and what to do', () => {
    const reason = follow({ 1: [a, b], 2: [a, b], 3: [a, b] }).told.at(-1)?.reason;
    expect(reason?.rule).toBe('drift-again');
    expect(reason?.text).toBe(
      '192.0.2.0/24 and 1 more were put right 2 times in target hub (the limit is 2), last seen changed on 2026-01-02, and changed again: something else writes this resource and wants it otherwise',
    );
    expect(reason?.next).toMatch(/activity log.*Terraform.*Azure Policy.*another installation.*approve this part/);
  });

  it('is either repaired or stopped, every address of it, and remembered', () => {
    const pool = [
      '192.0.2.0/24',
      '192.0.2.0/25',
      '192.0.2.128/26',
      '198.51.100.0/24',
      '2001:db8::/32',
      '2001:db8::/48',
    ];
    const ranges = fc.subarray(pool);
    const past = fc.array(
      fc.record({
        ranges: fc.subarray(pool, { minLength: 1 }),
        times: fc.integer({ min: 1, max: 3 }),
        lastAt: fc.integer({ min: 1, max: 59 }).map((day) => new Date(Date.UTC(2026, 0, day)).toISOString()),
      }),
      { maxLength: 3 },
    );
    checkProperty(fc.record({ ranges, past }), ({ ranges, past }) => {
      const drifted = entriesOf(ranges);
      const now = new Date(Date.UTC(2026, 2, 1));
      const judged = judgeDrift({ target: 'hub', drift: past }, { direction: 'add', entries: drifted }, now);
      const remembered = entriesOf(judged.drift.flatMap((one) => one.ranges));
      for (const f of families) {
        expect(judged.repair[f].union(judged.stopped[f]).equals(drifted[f])).toBe(true);
        expect(judged.repair[f].overlaps(judged.stopped[f])).toBe(false);
        expect(remembered[f].covers(drifted[f])).toBe(true);
      }
      expect(judged.reason !== undefined).toBe(families.some((f) => !judged.stopped[f].isEmpty));
    });
  });
});
