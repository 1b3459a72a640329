import type { Size } from '../../../core/tag-sizes/sizes.ts';

export type ChartFamily = keyof Size;

/** How sizes of a family are counted in one chart, and what they are called. */
export interface Unit {
  readonly name: string;
  /** A size as a number that can be drawn. */
  of(size: Size): number;
}

const network64 = 64n;

/**
 * IPv4 in addresses. IPv6 in /64 networks where all sizes are whole ones, as of Storage, else in addresses, as of registries: these
 * have ranges of a few addresses.
 */
export function unitOf(family: ChartFamily, sizes: readonly Size[]): Unit {
  if (family === 'ipv4') return { name: 'IPv4 addresses', of: ({ ipv4 }) => Number(ipv4) };
  const isWhole = sizes.every(({ ipv6 }) => BigInt.asUintN(64, BigInt(ipv6)) === 0n);
  return isWhole
    ? { name: 'IPv6 /64 networks', of: ({ ipv6 }) => Number(BigInt(ipv6) >> network64) }
    : { name: 'IPv6 addresses', of: ({ ipv6 }) => Number(ipv6) };
}

/** `12,224`. */
export function readable(count: number): string {
  return count.toLocaleString('en-GB', { maximumFractionDigits: 0 });
}

const steps = [
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
] as const;

/** `8.6k`: at most four characters, for small places. */
export function short(count: number): string {
  const [sign, factor] = steps.findLast(([, least]) => count >= least) ?? steps[0];
  const scaled = count / factor;
  return `${scaled < 10 && factor > 1 ? Math.round(scaled * 10) / 10 : Math.round(scaled)}${sign}`;
}
