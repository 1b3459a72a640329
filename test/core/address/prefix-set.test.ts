import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixError } from '../../../src/core/address/prefix.ts';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import {
  type Block,
  minimalPrefixes,
  offsetsOf,
  prefixText,
  type Universe,
  universes,
} from '../../support/oracle/universe.ts';

function blocksOf({ bits }: Universe): fc.Arbitrary<Block[]> {
  const block = fc
    .record({ hostBits: fc.integer({ min: 0, max: bits }), at: fc.nat({ max: 2 ** bits - 1 }) })
    .map(({ hostBits, at }) => ({ hostBits, offset: at - (at % 2 ** hostBits) }));
  // Small blocks only, so that sets have holes: one block of the whole window hides everything else.
  const small = block.map(({ offset, hostBits }) => {
    const size = hostBits % 4;
    return { hostBits: size, offset: offset - (offset % 2 ** size) };
  });
  return fc.oneof({ weight: 5, arbitrary: fc.array(small, { maxLength: 40 }) }, fc.array(block, { maxLength: 3 }));
}

describe.each(universes)('PrefixSet against every single address, $name', (universe) => {
  const { family } = universe;
  const setOf = (blocks: readonly Block[]) =>
    PrefixSet.from(
      family,
      blocks.map((block) => prefixText(universe, block)),
    );
  const blocks = blocksOf(universe);

  it('has the addresses it was made from, as the fewest prefixes in order', () => {
    checkProperty(blocks, (some) => {
      const set = setOf(some);
      const truth = offsetsOf(some);
      expect(set.toPrefixes()).toEqual(minimalPrefixes(universe, truth));
      expect(set.prefixCount).toBe(set.toPrefixes().length);
      expect(set.count).toBe(BigInt(truth.size));
      expect(set.isEmpty).toBe(truth.size === 0);
      expect(PrefixSet.from(family, set.toPrefixes()).equals(set)).toBe(true);
    });
  });

  it('unites, subtracts and intersects as sets of addresses do', () => {
    checkProperty(fc.tuple(blocks, blocks), ([left, right]) => {
      const [a, b] = [setOf(left), setOf(right)];
      const [x, y] = [offsetsOf(left), offsetsOf(right)];
      expect(a.union(b).toPrefixes()).toEqual(minimalPrefixes(universe, [...x, ...y]));
      expect(a.subtract(b).toPrefixes()).toEqual(
        minimalPrefixes(
          universe,
          [...x].filter((at) => !y.has(at)),
        ),
      );
      expect(a.intersect(b).toPrefixes()).toEqual(
        minimalPrefixes(
          universe,
          [...x].filter((at) => y.has(at)),
        ),
      );
    });
  });

  it('covers, overlaps and equals as sets of addresses do', () => {
    const related = fc.tuple(blocks, blocks, fc.boolean()).map(([left, right, within]) => {
      // Two random sets hardly ever cover each other, so half of the pairs are made to.
      return [within ? [...left, ...right] : left, right] as const;
    });
    checkProperty(related, ([left, right]) => {
      const [a, b] = [setOf(left), setOf(right)];
      const [x, y] = [offsetsOf(left), offsetsOf(right)];
      expect(a.covers(b)).toBe([...y].every((at) => x.has(at)));
      expect(a.overlaps(b)).toBe([...y].some((at) => x.has(at)));
      expect(a.equals(b)).toBe(x.size === y.size && [...y].every((at) => x.has(at)));
    });
  });

  it('unites many sets at once, whatever their order', () => {
    checkProperty(fc.array(blocks, { maxLength: 5 }), (parts) => {
      const united = PrefixSet.unionOf(family, parts.map(setOf));
      expect(united.toPrefixes()).toEqual(minimalPrefixes(universe, offsetsOf(parts.flat())));
      expect(PrefixSet.unionOf(family, parts.map(setOf).reverse()).equals(united)).toBe(true);
    });
  });
});

describe('PrefixSet', () => {
  it.each(['0.0.0.0/0', '::/0'])('holds the whole space %s, and gives parts of it back', (everything) => {
    const family = everything === '::/0' ? 'ipv6' : 'ipv4';
    const bits = family === 'ipv4' ? 32n : 128n;
    const all = PrefixSet.from(family, [everything]);
    const [low, high] = family === 'ipv4' ? ['0.0.0.0/1', '128.0.0.0/1'] : ['::/1', '8000::/1'];
    expect(all.count).toBe(2n ** bits);
    expect(all.subtract(PrefixSet.from(family, [low])).toPrefixes()).toEqual([high]);
    expect(all.subtract(all).isEmpty).toBe(true);
    expect(PrefixSet.from(family, [high, low]).equals(all)).toBe(true);
  });

  it('is the same for other prefixes of the same addresses', () => {
    const split = PrefixSet.from('ipv4', ['192.0.2.128/25', '192.0.2.0/25']);
    expect(split.equals(PrefixSet.from('ipv4', ['192.0.2.0/24']))).toBe(true);
    expect(split.toPrefixes()).toEqual(['192.0.2.0/24']);
  });

  it('does not mix families', () => {
    const [v4, v6] = [PrefixSet.from('ipv4', ['0.0.0.0/0']), PrefixSet.from('ipv6', ['::/0'])];
    expect(() => v4.union(v6)).toThrow(RangeError);
    expect(() => v4.subtract(v6)).toThrow(RangeError);
    expect(() => v4.intersect(v6)).toThrow(RangeError);
    expect(() => v4.covers(v6)).toThrow(RangeError);
    expect(PrefixSet.empty('ipv4').equals(PrefixSet.empty('ipv6'))).toBe(false);
    expect(() => PrefixSet.from('ipv4', ['10.0.0.0/8', '2001:db8::/32'])).toThrow(PrefixError);
    expect(() => PrefixSet.from('ipv6', ['10.0.0.0/8'])).toThrow('expected an IPv6 prefix, got "10.0.0.0/8"');
  });

  it('takes no range that ends before it starts', () => {
    expect(() => PrefixSet.range('ipv4', Uint32Array.of(2), Uint32Array.of(1))).toThrow(RangeError);
  });
});
