/** A prefix as the bits it fixes, such as `00010100` for 20.0.0.0/8. Slow and simple: the product has its own way. */
type Bits = string;

/** As Microsoft writes it. IPv6 here never reaches beyond the first 64 bits, so that the zeros to leave out are the last. */
export function prefixText(family: 'ipv4' | 'ipv6', bits: Bits): string {
  if (family === 'ipv4') {
    const octets = bits.padEnd(32, '0').match(/.{8}/g) ?? [];
    return `${octets.map((octet) => Number.parseInt(octet, 2)).join('.')}/${bits.length}`;
  }
  const groups = bits.padEnd(64, '0').match(/.{16}/g) ?? [];
  const texts = groups.map((group) => Number.parseInt(group, 2).toString(16));
  return `${texts.join(':').replace(/(:0)+$/, '')}::/${bits.length}`;
}

export function prefixBits(prefix: string): Bits {
  const [address = '', length] = prefix.split('/');
  const bits = address.includes(':')
    ? address.split(':').map((group) =>
        Number.parseInt(group || '0', 16)
          .toString(2)
          .padStart(16, '0'),
      )
    : address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
  return bits.join('').padEnd(128, '0').slice(0, Number(length));
}

/** The fewest prefixes for the same addresses, sorted. All of one family. */
export function fewest(family: 'ipv4' | 'ipv6', prefixes: readonly string[]): string[] {
  const given = new Set([...new Set(prefixes)].map(prefixBits));
  const kept = new Set([...given].filter((bits) => !isWithinAnother(given, bits)));
  // Longest first: two halves make one, which may be half of the next.
  for (let length = 128; length > 0; length--) {
    for (const bits of [...kept].filter((one) => one.length === length && one.endsWith('0'))) {
      const parent = bits.slice(0, -1);
      if (kept.delete(`${parent}1`)) kept.add(parent).delete(bits);
    }
  }
  return [...kept].sort().map((bits) => prefixText(family, bits));
}

/** Whether another prefix holds all of this one. */
function isWithinAnother(given: ReadonlySet<Bits>, bits: Bits): boolean {
  for (let length = bits.length - 1; length >= 0; length--) if (given.has(bits.slice(0, length))) return true;
  return false;
}

/** Lengths that real tags use, in an order in which no prefix is more than a fraction of its tag. */
const IPV4_LENGTHS = [24, 26, 25, 27, 24, 28, 25, 26, 24, 27];
const IPV6_LENGTHS = [57, 64, 62, 58, 60];

/** 20.0.0.0: public space, so that no rule about reserved space applies. Which tag has which range is made up. */
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
