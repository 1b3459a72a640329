import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Family, families } from '../../src/core/address/family.ts';
import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import { type FeedFormat, FormatError, type FormatInput, formatList, objectName } from '../../src/feeds/format.ts';
import { feedFormats, formatsFor } from '../../src/feeds/formats/index.ts';
import { checkProperty } from '../support/oracle/check-property.ts';
import { formatReaders, numbersOf } from '../support/read-formats.ts';

const formats = [...feedFormats.values()];

const prefix = (family: Family) => {
  const bits = family === 'ipv4' ? 32 : 128;
  return fc
    .record({
      words: fc.array(fc.nat(2 ** 32 - 1), { minLength: bits / 32, maxLength: bits / 32 }),
      length: fc.nat(bits),
    })
    .map(({ words, length }) => {
      const number = words.reduce((sum, word) => (sum << 32n) + BigInt(word), 0n);
      const low = (number >> BigInt(bits - length)) << BigInt(bits - length);
      const limb = (value: bigint) =>
        Uint32Array.from({ length: bits / 32 }, (_, i) => Number((value >> BigInt(bits - 32 * (i + 1))) & 0xffffffffn));
      return PrefixSet.range(family, limb(low), limb(low + (1n << BigInt(bits - length)) - 1n)).toPrefixes()[0] ?? '';
    });
};
const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/);
const hostName = fc
  .tuple(fc.boolean(), fc.array(label, { minLength: 1, maxLength: 3 }))
  .map(([wild, labels]) => `${wild ? '*.' : ''}${labels.join('.')}.example`);
const lists: fc.Arbitrary<FormatInput> = fc
  .record({
    ipv4: fc.array(prefix('ipv4'), { maxLength: 20 }),
    ipv6: fc.array(prefix('ipv6'), { maxLength: 20 }),
    names: fc.uniqueArray(hostName, { maxLength: 5 }),
    name: fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
  })
  .map(({ ipv4, ipv6, names, name }) => {
    const prefixes = [...PrefixSet.from('ipv4', ipv4).toPrefixes(), ...PrefixSet.from('ipv6', ipv6).toPrefixes()];
    return {
      ...{ name, entries: [...prefixes, ...names], about: ['ipv4', 'ipv6', 'names'] as const },
      ...{ tags: ['Storage.WestUS'], changeNumber: 200, changedAt: '2024-01-15T00:00:00.000Z' },
    };
  });

/** What of a list a format is to hold, by its own declaration. */
function heldBy({ takes, wildcards }: FeedFormat, { entries }: FormatInput) {
  const isName = (entry: string) => entry.endsWith('.example');
  const addresses = entries.filter((one) => !isName(one) && takes.includes(one.includes(':') ? 'ipv6' : 'ipv4'));
  const names = takes.includes('names')
    ? entries.filter((one) => isName(one) && (wildcards || !one.startsWith('*')))
    : [];
  return { addresses, names };
}

const sample: FormatInput = {
  name: 'branches',
  entries: [
    '20.0.0.0/23',
    '20.0.2.0/24',
    '40.1.2.3/32',
    '2603:1030::/48',
    'contoso.azurecr.io',
    '*.blob.core.windows.net',
  ],
  about: ['ipv4', 'ipv6', 'names'],
  tags: ['AzureContainerRegistry.WestUS', 'Storage.WestUS'],
  changeNumber: 200,
  changedAt: '2024-01-15T12:00:00.000Z',
};

describe.each(formats)('the format $id', (format) => {
  test('read back by rules of its own is the list', () => {
    const read = formatReaders[format.id];
    if (read === undefined) throw new Error(`expected a reader for ${format.id} in test/support/read-formats.ts`);
    checkProperty(lists, (list) => {
      const held = heldBy(format, list);
      if (held.addresses.length + held.names.length === 0) {
        if (list.entries.length > 0) expect(() => formatList(format, list)).toThrow(FormatError);
        return;
      }
      const { text, leftOut } = formatList(format, list);
      const found = read(text);
      expect(numbersOf(found.addresses)).toEqual(numbersOf(held.addresses));
      expect(found.names).toEqual(held.names);
      expect(leftOut.length > 0).toBe(held.addresses.length + held.names.length < list.entries.length);
    });
  });

  test('is what it was', async () => {
    await expect(formatList(format, sample).text).toMatchFileSnapshot(`formats/${format.id}.txt`);
  });

  test('gives the same list the same text and ETag, and another list others', () => {
    const { text, etag } = formatList(format, sample);
    expect(formatList(format, sample)).toMatchObject({ text, etag });
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const less = { ...sample, entries: sample.entries.filter((_, i) => i !== 0 && i !== 4) };
    expect(formatList(format, less).etag).not.toBe(etag);
  });
});

describe('a format', () => {
  test('has the limits of its vendor', () => {
    const limits = formats.flatMap(({ id, maxEntries }) => (maxEntries === undefined ? [] : [`${id} ${maxEntries}`]));
    expect(limits).toEqual([
      'pan-os-ip 150000',
      'pan-os-url 50000',
      'fortigate-ip 131072',
      'fortigate-domain 131072',
      'ipset 1048576',
    ]);
  });

  test.each([
    [{ maxEntries: 4 }, 'takes 4 entries at most, and this list has 5'],
    [{ maxBytes: 30 }, 'takes 30 bytes at most, and this list has 60'],
  ])('refuses a list over its limit %o with the numbers, and cuts nothing', (limit, message) => {
    const entries = Array.from({ length: 5 }, (_, i) => `20.0.${2 * i}.0/24`);
    const format = { ...(feedFormats.get('plain') as FeedFormat), ...limit };
    expect(() => formatList(format, { ...sample, entries })).toThrow(message);
    expect(formatList(format, { ...sample, entries: entries.slice(0, 2) }).text).toBe('20.0.0.0/24\n20.0.2.0/24\n');
  });

  test('says what it leaves out where it has comments', () => {
    const { text, leftOut } = formatList(feedFormats.get('cisco-ios') as FeedFormat, sample);
    expect(leftOut).toEqual(['1 IPv6 prefix', '2 host names']);
    expect(text).toContain('! Left out, as this format does not take them: 1 IPv6 prefix, 2 host names\n');
  });

  test('of names never lets a name match more than itself on PAN-OS', () => {
    const { text } = formatList(feedFormats.get('pan-os-url') as FeedFormat, sample);
    expect(text).toBe('contoso.azurecr.io/\n*.blob.core.windows.net/\n');
  });

  test('empties a set whose family has gone from the list, and leaves alone one that was not asked for', () => {
    const ofOne = { ...sample, entries: ['20.0.0.0/23'] };
    for (const id of ['nftables', 'ipset']) {
      const format = feedFormats.get(id) as FeedFormat;
      expect(formatList(format, ofOne).text).toMatch(/flush .*_ipv6/);
      expect(formatList(format, { ...ofOne, about: ['ipv4'] }).text).not.toContain('ipv6');
    }
  });

  test('gives two lists with long names two names on a device, neither too long for it', () => {
    const names = ['-east', '-west'].map((end) =>
      objectName(`${'a-long-name-of-a-feed'.repeat(2)}${end}`, { max: 22 }),
    );
    expect(names.map(({ length }) => length)).toEqual([22, 22]);
    expect(names[0]).not.toBe(names[1]);
    expect(objectName('branches', { max: 22 })).toBe('allow_branches');
    expect(objectName('branches-1', { separator: '-' })).toBe('allow-branches-1');
  });

  test.each(families)('for %s is known to what chooses one', (family) => {
    expect(formatsFor(family)).toContain('plain');
    expect(formatsFor(family)).not.toContain('pan-os-url');
    expect(formatsFor('names')).not.toContain('pan-os-ip');
  });

  test('has its source on the web', () => {
    expect(formats.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
    expect(Object.keys(formatReaders).sort()).toEqual(formats.map(({ id }) => id).sort());
  });
});
