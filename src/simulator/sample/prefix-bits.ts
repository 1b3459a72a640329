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
