import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../../src/core/address/entry.ts';
import { families } from '../../../src/core/address/family.ts';
import { reservedBlocks, reservedBlocksIn, reservedRanges } from '../../../src/core/address/reserved.ts';

const reserved = [
  ['0.0.0.0', 'this network'],
  ['10.1.2.3', 'private use'],
  ['100.127.255.255', 'shared address space'],
  ['127.0.0.1', 'loopback'],
  ['169.254.169.254', 'link local'],
  ['172.16.0.0-172.31.255.255', 'private use'],
  ['192.168.0.0/16', 'private use'],
  ['198.19.0.0/16', 'benchmarking'],
  ['203.0.113.7', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'reserved'],
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
