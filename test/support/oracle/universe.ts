import type { Family } from '../../../src/core/address/family.ts';

/**
 * A window of a family's address space small enough to hold every address in a plain Set of offsets: the brute-force
 * truth that PrefixSet is compared with. Arithmetic here is bigint and text, sharing nothing with the code under test.
 */
export interface Universe {
  readonly name: string;
  readonly family: Family;
  /** Value of the window's first address; a multiple of its size. */
  readonly base: bigint;
  /** The window holds 2^bits addresses. */
  readonly bits: number;
}

const sizes = { ipv4: 32, ipv6: 128 } as const;

function universe(name: string, family: Family, base: bigint, bits: number): Universe {
  return { name, family, base, bits };
}

/** Both ends of both spaces, and places where a carry crosses a 32-bit word. */
export const universes: readonly Universe[] = [
  universe('IPv4 from 0.0.0.0', 'ipv4', 0n, 6),
  universe('IPv4 up to 255.255.255.255', 'ipv4', 2n ** 32n - 2n ** 7n, 7),
  universe('IPv4 below 128.0.0.0', 'ipv4', 2n ** 31n - 2n ** 6n, 6),
  universe('IPv6 from ::', 'ipv6', 0n, 6),
  universe('IPv6 up to all ones', 'ipv6', 2n ** 128n - 2n ** 7n, 7),
  universe('IPv6 below a word', 'ipv6', 2n ** 96n + 2n ** 32n - 2n ** 6n, 6),
  universe('IPv6 below three words', 'ipv6', 2n ** 96n - 2n ** 8n, 8),
];

/** An aligned block of the window: `offset` is a multiple of 2^hostBits. */
export interface Block {
  readonly offset: number;
  readonly hostBits: number;
}

export function prefixText({ family, base }: Universe, { offset, hostBits }: Block): string {
  return `${addressText(family, base + BigInt(offset))}/${sizes[family] - hostBits}`;
}

/** Offsets within the window of all addresses of blocks. */
export function offsetsOf(blocks: readonly Block[]): Set<number> {
  return new Set(blocks.flatMap(({ offset, hostBits }) => Array.from({ length: 2 ** hostBits }, (_, i) => offset + i)));
}

/** Whether the whole aligned block lies in the offsets. */
function whole(offsets: ReadonlySet<number>, { offset, hostBits }: Block): boolean {
  for (let i = 0; i < 2 ** hostBits; i++) if (!offsets.has(offset + i)) return false;
  return true;
}

/** The fewest prefixes for some offsets: a block belongs to them if it is whole and the block around it is not. */
export function minimalPrefixes(universe: Universe, some: Iterable<number>): string[] {
  const offsets = new Set(some);
  const texts: string[] = [];
  for (let offset = 0; offset < 2 ** universe.bits; offset++) {
    for (let hostBits = 0; hostBits <= universe.bits && offset % 2 ** hostBits === 0; hostBits++) {
      const around = { offset: offset - (offset % 2 ** (hostBits + 1)), hostBits: hostBits + 1 };
      const isLargest = hostBits === universe.bits || !whole(offsets, around);
      if (whole(offsets, { offset, hostBits }) && isLargest) texts.push(prefixText(universe, { offset, hostBits }));
    }
  }
  return texts;
}

/** Canonical text of an address value; IPv6 after the letter of RFC 5952, by search and replace on its groups. */
export function addressText(family: Family, value: bigint): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const full = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');
  for (let zeros = 8; zeros >= 2; zeros--) {
    const run = new RegExp(`(^|:)0(:0){${zeros - 1}}(:|$)`);
    if (run.test(full)) return full.replace(run, '::');
  }
  return full;
}
