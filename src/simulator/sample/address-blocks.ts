import { prefixBits, prefixText } from './prefix-bits.ts';

/** Lengths that real tags use, in an order in which no prefix is more than a fraction of its tag. */
const IPV4_LENGTHS = [24, 26, 25, 27, 24, 28, 25, 26, 24, 27];
const IPV6_LENGTHS = [57, 64, 62, 58, 60];

/** 20.0.0.0: public space, so that no rule about reserved space stands in the way. Which range is whose is made up. */
const FIRST_IPV4 = 20 * 2 ** 24;

/**
 * `count` IPv4 prefixes of the `block`th /18, in numeric order, apart from each other.
 * @param count at most 25.
 */
export function ipv4Prefixes(block: number, count: number): string[] {
  const prefixes: string[] = [];
  const start = FIRST_IPV4 + block * 2 ** 14;
  for (let slot = 0; slot < count; slot++) {
    const length = IPV4_LENGTHS[(slot + block) % IPV4_LENGTHS.length] ?? 24;
    // Slots are 512 addresses apart and no prefix is longer than 256: neighbours never touch.
    const address = start + slot * 512 + ((block + slot) % 2) * 256;
    prefixes.push(prefixText('ipv4', bitsOf(address).slice(0, length)));
  }
  return prefixes;
}

/** `count` IPv6 prefixes of the `block`th /48 under 2603:1000::/20, in numeric order, apart from each other. */
export function ipv6Prefixes(block: number, count: number): string[] {
  const prefixes: string[] = [];
  const high = 0x26031000 + (block >>> 16);
  for (let slot = 0; slot < count; slot++) {
    const length = IPV6_LENGTHS[(slot + block) % IPV6_LENGTHS.length] ?? 64;
    const low = (block & 0xffff) * 2 ** 16 + slot * 2 ** 8;
    prefixes.push(prefixText('ipv6', `${bitsOf(high)}${bitsOf(low)}`.slice(0, length)));
  }
  return prefixes;
}

/** The two halves of an IPv4 prefix, for a range that is published anew in two parts. */
export function halvesOf(prefix: string): string[] {
  const bits = prefixBits(prefix);
  return [prefixText('ipv4', `${bits}0`), prefixText('ipv4', `${bits}1`)];
}

function bitsOf(word: number): string {
  return word.toString(2).padStart(32, '0');
}
