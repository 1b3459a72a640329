import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { aggregate } from '../../../src/core/plan/aggregate.ts';

const v4 = (...prefixes: string[]) => PrefixSet.from('ipv4', prefixes);

/** Prefixes close to each other, so that joining them has choices. */
const near = fc
  .array(
    fc.tuple(fc.nat(4095), fc.integer({ min: 20, max: 32 })).map(([host, length]) => {
      const word = ((10 << 24) | ((host >>> (32 - length)) << (32 - length))) >>> 0;
      return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}/${length}`;
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((prefixes) => v4(...prefixes));

/** Every cover by at most `most` prefixes, tried one after the other: slow, and simply right. */
function fewest(set: PrefixSet, most: number, sizeOf = (_: string) => 1): bigint | undefined {
  const prefixes = set.toPrefixes();
  if (prefixes.reduce((sum, prefix) => sum + sizeOf(prefix), 0) <= most) return 0n;
  let best: bigint | undefined;
  for (let i = 0; i < prefixes.length; i++) {
    for (let j = i + 1; j < prefixes.length; j++) {
      const joined = supernet(prefixes[i] as string, prefixes[j] as string);
      const next = set.union(joined);
      const more = fewest(next, most, sizeOf);
      if (more === undefined) continue;
      const cost = next.count - set.count + more;
      if (best === undefined || cost < best) best = cost;
    }
  }
  return best;
}

function supernet(a: string, b: string): PrefixSet {
  for (let length = 31; length >= 0; length--) {
    const [address = ''] = a.split('/');
    const word = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    const low = Math.floor(word / 2 ** (32 - length)) * 2 ** (32 - length);
    const text = [24, 16, 8, 0].map((shift) => Math.floor(low / 2 ** shift) % 256).join('.');
    const candidate = v4(`${text}/${length}`);
    if (candidate.covers(v4(a)) && candidate.covers(v4(b))) return candidate;
  }
  throw new Error('no common prefix');
}

describe('aggregate', () => {
  it.each([
    [['10.0.0.0/24', '10.0.2.0/24'], 1, ['10.0.0.0/22'], 512n],
    // The cheap pair is joined, the dear one stays.
    [
      ['10.0.0.0/32', '10.0.0.2/32', '20.0.0.0/24', '20.0.2.0/24'],
      3,
      ['10.0.0.0/30', '20.0.0.0/24', '20.0.2.0/24'],
      2n,
    ],
    // Three joined at once cost less than two pairs.
    [['10.0.0.0/32', '10.0.0.2/32', '10.0.0.5/32', '40.0.0.0/8'], 2, ['10.0.0.0/29', '40.0.0.0/8'], 5n],
    [['0.0.0.0/32', '255.255.255.255/32'], 1, ['0.0.0.0/0'], 2n ** 32n - 2n],
  ])('joins %o to at most %i', (prefixes, most, expected, over) => {
    const found = aggregate(v4(...prefixes), most);
    expect(found?.prefixes.toPrefixes()).toEqual(expected);
    expect(found?.overGrant.count).toBe(over);
  });

  it('leaves alone what fits, and finds nothing for no room', () => {
    const set = v4('10.0.0.0/24', '10.0.2.0/24');
    expect(aggregate(set, 2)?.overGrant.isEmpty).toBe(true);
    expect(aggregate(set, 0)).toBeUndefined();
  });

  it('joins IPv6 too', () => {
    const set = PrefixSet.from('ipv6', ['2001:db8::/48', '2001:db8:2::/48', '2603:1000::/32']);
    expect(aggregate(set, 2)?.prefixes.toPrefixes()).toEqual(['2001:db8::/46', '2603:1000::/32']);
  });

  it('covers all, keeps to the limit and counts exactly', () => {
    fc.assert(
      fc.property(near, fc.integer({ min: 1, max: 30 }), (set, most) => {
        const found = aggregate(set, most);
        expect(found).toBeDefined();
        if (!found) return;
        expect(found.prefixes.covers(set)).toBe(true);
        expect(found.prefixes.toPrefixes().length).toBeLessThanOrEqual(most);
        expect(found.overGrant.count).toBe(found.prefixes.count - set.count);
        expect(found.overGrant.overlaps(set)).toBe(false);
        expect(aggregate(set, most)?.prefixes.equals(found.prefixes)).toBe(true);
        // Applied to its own result it changes nothing: the next run must not see another list.
        expect(aggregate(found.prefixes, most)?.prefixes.equals(found.prefixes)).toBe(true);
      }),
    );
  });

  it('lets in as few as the best cover does', () => {
    const few = near.filter((set) => set.toPrefixes().length <= 6);
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 5 }), (set, most) => {
        expect(aggregate(set, most)?.overGrant.count).toBe(fewest(set, most));
      }),
      { numRuns: 60 },
    );
  });

  it('does so where a /31 takes two', () => {
    const sizeOf = (prefix: string) => (prefix.endsWith('/31') ? 2 : 1);
    const few = near.filter((set) => set.toPrefixes().length <= 5);
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 5 }), (set, most) => {
        expect(aggregate(set, most, undefined, sizeOf)?.overGrant.count).toBe(fewest(set, most, sizeOf));
      }),
      { numRuns: 60 },
    );
    const pairs = v4('10.0.0.0/31', '10.0.0.4/31', '20.0.0.0/24');
    expect(aggregate(pairs, 5, undefined, sizeOf)?.prefixes.equals(pairs)).toBe(true);
    expect(aggregate(pairs, 3, undefined, sizeOf)?.prefixes.toPrefixes()).toEqual(['10.0.0.0/29', '20.0.0.0/24']);
    expect(aggregate(v4('10.0.0.0/31'), 1, undefined, sizeOf)).toBeUndefined();
  });

  it('never lets in what must not get in', () => {
    fc.assert(
      fc.property(near, near, fc.integer({ min: 1, max: 20 }), (set, other, most) => {
        const avoid = other.subtract(set);
        const found = aggregate(set, most, avoid);
        if (found) expect(found.prefixes.overlaps(avoid)).toBe(false);
        else expect(aggregate(set, most)?.overGrant.overlaps(avoid)).toBe(true);
      }),
    );
  });
});
