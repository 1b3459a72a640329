import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../../src/core/address/entry.ts';
import { families } from '../../../src/core/address/family.ts';
import { reservedBlocks, reservedBlocksIn, reservedRanges } from '../../../src/core/address/reserved.ts';

/** First and last address of each block, as the registry's documents name them. */
const reserved = [
  ['0.0.0.0-0.255.255.255', 'this network'],
  ['10.0.0.0-10.255.255.255', 'private use'],
  ['100.64.0.0-100.127.255.255', 'shared address space'],
  ['127.0.0.0-127.255.255.255', 'loopback'],
  ['169.254.0.0-169.254.255.255', 'link local'],
  ['172.16.0.0-172.31.255.255', 'private use'],
  ['192.0.0.0-192.0.0.255', 'IETF protocol assignments'],
  ['192.0.2.0-192.0.2.255', 'documentation'],
  ['192.31.196.0-192.31.196.255', 'AS112'],
  ['192.52.193.0-192.52.193.255', 'automatic multicast tunnelling'],
  ['192.88.99.0-192.88.99.255', '6to4 relays'],
  ['192.168.0.0-192.168.255.255', 'private use'],
  ['192.175.48.0-192.175.48.255', 'AS112'],
  ['198.18.0.0-198.19.255.255', 'benchmarking'],
  ['198.51.100.0-198.51.100.255', 'documentation'],
  ['203.0.113.0-203.0.113.255', 'documentation'],
  ['224.0.0.0-239.255.255.255', 'multicast'],
  ['240.0.0.0-255.255.255.255', 'reserved'],
  ['::', 'outside global unicast'],
  ['::1', 'outside global unicast'],
  ['::ffff:a00:1', 'outside global unicast'],
  ['64:ff9b::a00:1', 'outside global unicast'],
  ['2001:db8::1', 'documentation'],
  ['2002:a00:1::', '6to4'],
  ['fd00::1', 'outside global unicast'],
  ['fe80::1', 'outside global unicast'],
  ['ff02::1', 'outside global unicast'],
] as const;

/** Neighbours of reserved blocks, and addresses that Azure publishes. */
const open = [
  '1.0.0.0',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '223.255.255.255',
  '20.150.64.0/22',
  '168.63.129.16',
  '2603:1000::/24',
  '2a01:111::/32',
  '2001:200::',
  '2003::',
];

describe('reserved address space', () => {
  it.each(reserved)('holds %s (%s)', (text, purpose) => {
    const { family, set } = parseEntry(text);
    expect(reservedRanges[family].covers(set)).toBe(true);
    expect(reservedBlocksIn(set)[0]?.purpose).toContain(purpose);
  });

  it.each(open)('leaves %s alone', (text) => {
    const { family, set } = parseEntry(text);
    expect(reservedRanges[family].overlaps(set)).toBe(false);
    expect(reservedBlocksIn(set)).toEqual([]);
  });

  it('says who reserved each block', () => {
    for (const family of families) {
      for (const block of reservedBlocks[family]) expect(block.source).toMatch(/^RFC \d+/);
    }
  });
});
