import fc from 'fast-check';
import { IPv4CidrRange, IPv6CidrRange } from 'ip-num';
import { describe, expect, it } from 'vitest';
import type { Family } from '../../../src/core/address/family.ts';
import { formatPrefix, PrefixError, parsePrefix } from '../../../src/core/address/prefix.ts';
import { scanPrefix } from '../../../src/core/address/scan-prefix.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { addressText } from '../../support/oracle/universe.ts';

const good = [
  '0.0.0.0/0',
  '0.0.0.0/32',
  '255.255.255.255/32',
  '10.0.0.0/8',
  '128.0.0.0/1',
  '20.150.64.0/22',
  '::/0',
  '::/128',
  '::1/128',
  '1::/16',
  '2603:1030:100::/47',
  '2001:db8:0:1:1:1:1:1/128',
  '2001:0:0:1::/64',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
  '1:0:0:2::/64',
  '::1:0:0:0/80',
  '1:2:3:4:5:6:0:0/128'.replace(':0:0', '::'),
  // Hexadecimal text of an IPv4-mapped address is plain IPv6; the dotted form is not accepted.
  '::ffff:c000:200/120',
];

/** What is wrong with each text, as far as its message must say. */
const bad: readonly [text: string, expected: string][] = [
  ['', 'without a length'],
  ['10.0.0.0', 'without a length'],
  ['2001:db8::', 'without a length'],
  ['10.0.0.0/', 'a length from 0 to 32'],
  ['10.0.0.0/33', 'a length from 0 to 32'],
  ['10.0.0.0/08', 'without leading zeros'],
  ['10.0.0.0/-1', 'a length from 0 to 32'],
  ['10.0.0.0/+8', 'a length from 0 to 32'],
  ['10.0.0.0/8 ', 'a length from 0 to 32'],
  ['10.0.0.0/1e1', 'a length from 0 to 32'],
  ['10.0.0.0/255.0.0.0', 'a length from 0 to 32'],
  ['2001:db8::/129', 'a length from 0 to 128'],
  ['10.0.0.0/8/8', 'four octets'],
  ['/8', 'four octets'],
  ['10.0.0/8', 'four octets'],
  ['10.0.0.0.0/8', 'four octets'],
  ['10..0.0/8', 'four octets'],
  ['.10.0.0/8', 'four octets'],
  ['10.0.0./8', 'four octets'],
  ['256.0.0.0/8', 'four octets'],
  ['010.0.0.0/8', 'without leading zeros'],
  ['0x0a.0.0.0/8', 'four octets'],
  ['167772160/8', 'four octets'],
  [' 10.0.0.0/8', 'four octets'],
  ['１０.0.0.0/8', 'four octets'],
  ['10.0.0.77/24', '10.0.0.0/24'],
  ['255.255.255.255/0', '0.0.0.0/0'],
  ['2001:db8::1/64', '2001:db8::/64'],
  ['8000::/0', '::/0'],
  ['2001:DB8::/32', 'RFC 5952'],
  ['2001:0db8::/32', 'RFC 5952'],
  ['2001:db8:0:0::/32', 'RFC 5952'],
  ['2001:db8::0/32', 'RFC 5952'],
  ['2001:db8:0:0:0:0:0:0/32', 'RFC 5952'],
  ['0::/0', 'RFC 5952'],
  ['1:0:0:2:0:0:0:0/64', 'RFC 5952'],
  ['1::2:0:0:0:0/128', 'RFC 5952'],
  ['1::2:0:0:3:4:5/128', 'RFC 5952'],
  ['1:2:3:4:5:6:7::/112', 'RFC 5952'],
  ['::2:3:4:5:6:7:8/128', 'RFC 5952'],
  ['1:2:3::4:5:6:7/128', 'RFC 5952'],
  ['1:2:3:4:5:6:7:8:9/128', 'RFC 5952'],
  ['1:2:3:4:5:6:7:8:/128', 'RFC 5952'],
  ['1:2:3:4:5:6:7:8::/128', 'RFC 5952'],
  ['1:2:3:4:5:6:7/128', 'RFC 5952'],
  ['1::2::3/128', 'RFC 5952'],
  ['1:::2/128', 'RFC 5952'],
  [':::/0', 'RFC 5952'],
  [':/0', 'RFC 5952'],
  [':1::/32', 'RFC 5952'],
  ['1:/16', 'RFC 5952'],
  ['12345::/16', 'RFC 5952'],
  ['g::/16', 'RFC 5952'],
  ['::ffff:10.0.0.0/104', 'RFC 5952'],
  ['fe80::%eth0/64', 'RFC 5952'],
];

describe('parsePrefix', () => {
  it.each(good)('takes %s and writes it the same', (text) => {
    const { family, limbs, length } = parsePrefix(text);
    expect(formatPrefix(family, limbs, 0, length)).toBe(text);
  });

  it.each(bad)('refuses "%s": %s', (text, expected) => {
    const read = () => parsePrefix(text);
    expect(read).toThrow(PrefixError);
    expect(read).toThrow(expected);
    expect(read).toThrow(JSON.stringify(text));
  });

  it('leaves nothing of what stood in its place before', () => {
    const out = new Uint32Array(6).fill(0xffffffff);
    expect(scanPrefix('ipv6', '2001:db8::/32', out, 1)).toBe(32);
    expect([...out]).toEqual([0xffffffff, 0x20010db8, 0, 0, 0, 0xffffffff]);
  });

  it('quotes endless text only in part', () => {
    expect(() => parsePrefix('9'.repeat(1_000_000))).toThrow(/^.{1,200}$/);
  });

  it.each<[Family, 32 | 128]>([
    ['ipv4', 32],
    ['ipv6', 128],
  ])('reads every %s prefix as ip-num does', (family, bits) => {
    checkProperty(prefixOf(bits), ([value, length]) => {
      const text = `${addressText(family, value)}/${length}`;
      const prefix = parsePrefix(text);
      const witness = family === 'ipv4' ? IPv4CidrRange.fromCidr(text) : IPv6CidrRange.fromCidr(text);
      const ours = prefix.limbs.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
      expect(ours).toBe(witness.getFirst().value);
      expect(ours).toBe(value);
      expect(BigInt(prefix.length)).toBe(witness.cidrPrefix.value);
      expect(formatPrefix(family, prefix.limbs, 0, prefix.length)).toBe(text);
    });
  });

  it('takes no text but the one that it writes', () => {
    // Damages canonical prefixes by a character or two; what is still taken must be written back unchanged.
    const damaged = fc
      .tuple(
        fc.constantFrom(...good),
        fc.nat(),
        fc.constantFrom('', '0', '1', ':', '::', '.', '/', 'f', 'F', ' '),
        fc.boolean(),
      )
      .map(([text, at, piece, replace]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + piece + text.slice(place + (replace ? 1 : 0));
      });
    const taken = new Set<string>();
    checkProperty(
      damaged,
      (text) => {
        try {
          const { family, limbs, length } = parsePrefix(text);
          taken.add(text);
          expect(formatPrefix(family, limbs, 0, length)).toBe(text);
        } catch (error) {
          if (!(error instanceof PrefixError)) throw error;
        }
      },
      2000,
    );
    expect(taken.size).toBeGreaterThan(50);
  });
});

/** A network address with many zero groups now and then, as real ones have, and its length. */
function prefixOf(bits: 32 | 128): fc.Arbitrary<[bigint, number]> {
  const group = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn }));
  const value = fc
    .array(group, { minLength: bits / 16, maxLength: bits / 16 })
    .map((groups) => groups.reduce((sum, part) => (sum << 16n) | part, 0n));
  return fc.tuple(value, fc.integer({ min: 0, max: bits })).map(([address, length]) => {
    const host = BigInt(bits - length);
    return [(address >> host) << host, length];
  });
}
