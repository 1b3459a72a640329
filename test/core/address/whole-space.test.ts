import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOf, type Family, families } from '../../../src/core/address/family.ts';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { setsOf } from '../../../src/core/address/sets.ts';
import { rangesOf, without } from '../../support/oracle/big-ranges.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { addressText } from '../../support/oracle/universe.ts';

/**
 * Prefixes of the whole space that meet, touch and nest at the borders of bytes and words: a few low multiples of a power of two,
 * anywhere between the lowest bit and the highest.
 */
function prefixes(family: Family): fc.Arbitrary<string[]> {
  const bits = bitsOf(family);
  const prefix = fc
    .record({ at: fc.integer({ min: 0, max: bits }), times: fc.nat({ max: 9 }), below: fc.boolean(), wide: fc.nat() })
    .map(({ at, times, below, wide }) => {
      const space = 1n << BigInt(bits);
      const start = (BigInt(times) << BigInt(at)) % space;
      const address = below ? (start + space - 1n) % space : start;
      let free = 0;
      while (free < bits && ((address >> BigInt(free)) & 1n) === 0n) free++;
      return `${addressText(family, address)}/${bits - (wide % (free + 1))}`;
    });
  return fc.array(prefix, { maxLength: 60 });
}

describe.each(families)('PrefixSet over the whole space, %s', (family) => {
  const set = (texts: readonly string[]) => PrefixSet.from(family, texts);

  it('has the addresses it was made from, sorted and apart, in no more prefixes', () => {
    checkProperty(
      prefixes(family),
      (texts) => {
        const made = set(texts);
        expect(rangesOf(made.toPrefixes())).toEqual(rangesOf(texts));
        expect(made.toPrefixes().length).toBeLessThanOrEqual(new Set(texts).size);
        expect(made.toRanges().length).toBe(rangesOf(texts).length);
        expect(set(made.toPrefixes()).toPrefixes()).toEqual(made.toPrefixes());
      },
      300,
    );
  });

  it('unites, subtracts and intersects', () => {
    checkProperty(
      fc.tuple(prefixes(family), prefixes(family)),
      ([left, right]) => {
        const [a, b] = [rangesOf(left), rangesOf(right)];
        expect(rangesOf(set(left).union(set(right)).toPrefixes())).toEqual(rangesOf([...left, ...right]));
        expect(rangesOf(set(left).subtract(set(right)).toPrefixes())).toEqual(without(a, b));
        expect(rangesOf(set(left).intersect(set(right)).toPrefixes())).toEqual(without(a, without(a, b)));
      },
      300,
    );
  });

  it('sorts thousands of prefixes that are nested, next to each other, or both', () => {
    const bits = bitsOf(family);
    const nested = Array.from({ length: bits + 1 }, (_, length) => `${addressText(family, 0n)}/${length}`);
    const adjacent = Array.from({ length: 3_000 }, (_, i) => `${addressText(family, BigInt(i))}/${bits}`);
    const apart = Array.from({ length: 3_000 }, (_, i) => {
      return `${addressText(family, ((BigInt(i) * 715_827_881n) << BigInt(bits - 32)) & ((1n << BigInt(bits)) - 1n))}/${bits}`;
    });
    for (const texts of [nested.reverse(), adjacent.reverse(), apart, [...apart, ...nested, ...adjacent]]) {
      expect(rangesOf(set(texts).toPrefixes())).toEqual(rangesOf(texts));
    }
  });
});

it('sets of both families are those of each, and host names are left out', () => {
  checkProperty(fc.tuple(prefixes('ipv4'), prefixes('ipv6')), ([ipv4, ipv6]) => {
    const sets = setsOf([...ipv4, '*.azurecr.io', ...ipv6, 'a.b', ...ipv4]);
    expect(sets.ipv4.equals(PrefixSet.from('ipv4', ipv4))).toBe(true);
    expect(sets.ipv6.equals(PrefixSet.from('ipv6', ipv6))).toBe(true);
  });
  expect(() => setsOf(['10.0.0.0/8', '10.0.0.1'])).toThrow('"10.0.0.1" without a length');
});
