import fc from 'fast-check';
import { IPv4 } from 'ip-num';
import { describe, expect, it, test } from 'vitest';
import { parseAsked, parseEntry } from '../../../src/core/address/entry.ts';
import { PrefixError } from '../../../src/core/address/prefix.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { addressText } from '../../support/oracle/universe.ts';

const good: readonly [text: string, prefixes: string[]][] = [
  ['10.0.0.1', ['10.0.0.1/32']],
  ['0.0.0.0', ['0.0.0.0/32']],
  ['255.255.255.255', ['255.255.255.255/32']],
  ['20.150.64.0/22', ['20.150.64.0/22']],
  [' 10.0.0.0/8 ', ['10.0.0.0/8']],
  ['10.0.0.4-10.0.0.7', ['10.0.0.4/30']],
  ['10.0.0.4 - 10.0.0.8', ['10.0.0.4/30', '10.0.0.8/32']],
  ['10.0.0.4-10.0.0.4', ['10.0.0.4/32']],
  ['0.0.0.0-255.255.255.255', ['0.0.0.0/0']],
  ['2001:db8::1', ['2001:db8::1/128']],
  ['2001:DB8::/32', ['2001:db8::/32']],
  ['2001:0db8:0000::/48', ['2001:db8::/48']],
  ['2001:db8:0:0:0:0:0:1', ['2001:db8::1/128']],
  ['2001:DB8::-2001:db8:0::3', ['2001:db8::/126']],
  ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
];

const bad: readonly [text: string, expected: string][] = [
  ['', 'an IP address, a CIDR prefix or a range'],
  ['Storage.WestUS', 'an IP address, a CIDR prefix or a range'],
  ['*', 'an IP address, a CIDR prefix or a range'],
  ['10.0.0', 'an IP address, a CIDR prefix or a range'],
  ['010.0.0.1', 'without leading zeros'],
  ['256.0.0.1', 'four octets'],
  ['10.0.0.77/24', '10.0.0.0/24'],
  ['10.0.0.0/33', 'a length from 0 to 32'],
  ['10.0.0.0/24-10.0.1.0/24', 'an IP address'],
  ['10.0.0.9-10.0.0.4', 'whose end is not below its start'],
  ['10.0.0.1-2001:db8::1', 'one address family'],
  ['10.0.0.1-', 'an IP address'],
  ['-10.0.0.1', 'an IP address'],
  ['10.0.0.1-10.0.0.2-10.0.0.3', 'an IP address'],
  ['2001:DB8::1/64', '2001:db8::/64'],
  ['fe80::1%eth0', 'without a zone'],
  ['::ffff:192.0.2.1', 'plain IPv4'],
  ['1::2::3', 'an IPv6 address'],
  ['12345::', 'an IPv6 address'],
  ['2001:db8::/129', 'a length from 0 to 128'],
];

describe('parseEntry', () => {
  it.each(good)('reads "%s"', (text, prefixes) => {
    const { family, set } = parseEntry(text);
    expect(set.toPrefixes()).toEqual(prefixes);
    expect(set.family).toBe(family);
    expect(family).toBe(text.includes(':') ? 'ipv6' : 'ipv4');
  });

  it.each(bad)('refuses "%s": %s', (text, expected) => {
    expect(() => parseEntry(text)).toThrow(PrefixError);
    expect(() => parseEntry(text)).toThrow(expected);
  });

  it('reads IPv6 in any spelling', () => {
    const value = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
    checkProperty(fc.tuple(value, fc.boolean()), ([address, upper]) => {
      const padded = address
        .toString(16)
        .padStart(32, '0')
        .replace(/....(?!$)/g, '$&:');
      const { set } = parseEntry(upper ? padded.toUpperCase() : padded);
      expect(set.toPrefixes()).toEqual([`${addressText('ipv6', address)}/128`]);
    });
  });

  it('reads ranges of any two addresses', () => {
    const value = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
    checkProperty(fc.tuple(value, value), ([a, b]) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const { set } = parseEntry(`${IPv4.fromNumber(low).toString()}-${IPv4.fromNumber(high).toString()}`);
      expect(set.count).toBe(high - low + 1n);
      expect(set.toPrefixes()[0]?.split('/')[0]).toBe(addressText('ipv4', low));
    });
  });
});

test.each([
  ['::ffff:20.40.4.9', '20.40.4.9/32'],
  ['::FFFF:1428:409', '20.40.4.9/32'],
  ['0:0:0:0:0:ffff:20.40.4.9', '20.40.4.9/32'],
  ['::ffff:20.40.4.0/120', '20.40.4.0/24'],
  ['20.40.4.9', '20.40.4.9/32'],
  ['2603:1010:304::/48', '2603:1010:304::/48'],
])('what is asked as %s is %s', (text, prefix) => {
  expect(parseAsked(text).set.toPrefixes()).toEqual([prefix]);
});

test.each([
  '::ffff:20.40.4.999',
  '::ffff:20.40.4.9/12',
  '::ffff:20.40.4.9/24',
  '::ffff:20.40.4.9/120',
  '::ffff:1:2:3:4:5:6:7',
  '::fffe:20.40.4.9',
])('nobody can ask for %s', (text) => {
  expect(() => parseAsked(text)).toThrow(PrefixError);
});

test('in a list the form of IPv6 stays an error', () => {
  expect(() => parseEntry('::ffff:20.40.4.9')).toThrow(PrefixError);
});
