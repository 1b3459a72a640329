/** An address family. Sets of the two families are never mixed. */
export type Family = 'ipv4' | 'ipv6';

export const families: readonly Family[] = ['ipv4', 'ipv6'];

/** As people write them. */
export const familyNames: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

/** One value for each family. */
export interface ByFamily<T> {
  readonly ipv4: T;
  readonly ipv6: T;
}

/** Builds a value for each family by asking `make` once for either. */
export function byFamily<T>(make: (family: Family) => T): ByFamily<T> {
  return { ipv4: make('ipv4'), ipv6: make('ipv6') };
}

/** Bits of an address: 32 or 128. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 'ipv4' ? 32 : 128;
}
