import { type ByFamily, byFamily, type Family } from './family.ts';
import { PrefixSet } from './prefix-set.ts';

/** A block of addresses that no public service is reached on. */
interface ReservedBlock {
  readonly prefix: string;
  readonly purpose: string;
  /** The document that reserves it. */
  readonly source: string;
}

/**
 * IANA IPv4 Special-Purpose Address Registry (RFC 6890), plus multicast. Its globally reachable AS112 and AMT blocks
 * are listed too: they serve other purposes than a cloud's endpoints.
 */
const reservedIPv4: readonly ReservedBlock[] = [
  { prefix: '0.0.0.0/8', purpose: 'this network', source: 'RFC 791' },
  { prefix: '10.0.0.0/8', purpose: 'private use', source: 'RFC 1918' },
  { prefix: '100.64.0.0/10', purpose: 'shared address space (carrier NAT)', source: 'RFC 6598' },
  { prefix: '127.0.0.0/8', purpose: 'loopback', source: 'RFC 1122' },
  { prefix: '169.254.0.0/16', purpose: 'link local', source: 'RFC 3927' },
  { prefix: '172.16.0.0/12', purpose: 'private use', source: 'RFC 1918' },
  { prefix: '192.0.0.0/24', purpose: 'IETF protocol assignments', source: 'RFC 6890' },
  { prefix: '192.0.2.0/24', purpose: 'documentation', source: 'RFC 5737' },
  { prefix: '192.31.196.0/24', purpose: 'AS112', source: 'RFC 7535' },
  { prefix: '192.52.193.0/24', purpose: 'automatic multicast tunnelling', source: 'RFC 7450' },
  { prefix: '192.88.99.0/24', purpose: '6to4 relays (deprecated)', source: 'RFC 7526' },
  { prefix: '192.168.0.0/16', purpose: 'private use', source: 'RFC 1918' },
  { prefix: '192.175.48.0/24', purpose: 'AS112', source: 'RFC 7534' },
  { prefix: '198.18.0.0/15', purpose: 'benchmarking', source: 'RFC 2544' },
  { prefix: '198.51.100.0/24', purpose: 'documentation', source: 'RFC 5737' },
  { prefix: '203.0.113.0/24', purpose: 'documentation', source: 'RFC 5737' },
  { prefix: '224.0.0.0/4', purpose: 'multicast', source: 'RFC 5771' },
  { prefix: '240.0.0.0/4', purpose: 'reserved, limited broadcast', source: 'RFC 1112, RFC 8190' },
];

/**
 * IANA IPv6 Special-Purpose Address Registry (RFC 6890), and everything outside 2000::/3, the only space IANA has given
 * out as global unicast (RFC 4291, section 2.4). Loopback, unique local, link local and the NAT64 prefixes lie there.
 */
const reservedIPv6: readonly ReservedBlock[] = [
  { prefix: '::/3', purpose: 'outside global unicast (loopback, IPv4-mapped, NAT64, discard)', source: 'RFC 4291' },
  { prefix: '2001::/23', purpose: 'IETF protocol assignments', source: 'RFC 2928' },
  { prefix: '2001:db8::/32', purpose: 'documentation', source: 'RFC 3849' },
  { prefix: '2002::/16', purpose: '6to4', source: 'RFC 3056, RFC 7526' },
  { prefix: '2620:4f:8000::/48', purpose: 'AS112', source: 'RFC 7534' },
  { prefix: '3fff::/20', purpose: 'documentation', source: 'RFC 9637' },
  { prefix: '4000::/2', purpose: 'outside global unicast (segment routing)', source: 'RFC 4291, RFC 9602' },
  {
    prefix: '8000::/1',
    purpose: 'outside global unicast (unique local, link local, multicast)',
    source: 'RFC 4291, RFC 4193',
  },
];

export const reservedBlocks: ByFamily<readonly ReservedBlock[]> = { ipv4: reservedIPv4, ipv6: reservedIPv6 };

/** All addresses no public service is reached on. */
export const reservedRanges: ByFamily<PrefixSet> = byFamily((family: Family) =>
  PrefixSet.from(
    family,
    reservedBlocks[family].map((block) => block.prefix),
  ),
);

/** What networks use inside: RFC 1918, RFC 6598 and RFC 4193. */
const privatePrefixes: ByFamily<readonly string[]> = {
  ipv4: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'],
  ipv6: ['fc00::/7'],
};

/** Reserved addresses that no network reaches a host on, not even inside. */
export const unusableRanges: ByFamily<PrefixSet> = byFamily((family) =>
  reservedRanges[family].subtract(PrefixSet.from(family, privatePrefixes[family])),
);

/** The reserved blocks a set reaches into, to name them to people. */
export function reservedBlocksIn(set: PrefixSet): readonly ReservedBlock[] {
  return reservedBlocks[set.family].filter((block) => set.overlaps(PrefixSet.from(set.family, [block.prefix])));
}
