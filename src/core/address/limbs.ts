/**
 * Arithmetic on addresses kept as big-endian 32-bit words in a Uint32Array: one word for IPv4, four for IPv6.
 * No BigInt here: a whole publication (107,000 prefixes) goes through these loops on every run.
 */

/** Below, at or above zero as the address at `a[i]` is below, equal to or above the one at `b[j]`. */
export function compareLimbs(a: Uint32Array, i: number, b: Uint32Array, j: number, limbs: number): number {
  for (let k = 0; k < limbs; k++) {
    const x = a[i + k] as number;
    const y = b[j + k] as number;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Copies one address. */
export function copyLimbs(from: Uint32Array, i: number, to: Uint32Array, j: number, limbs: number): void {
  for (let k = 0; k < limbs; k++) to[j + k] = from[i + k] as number;
}

/** Writes the address after `from[i]` to `to[j]`; false if there is none (the value wraps to zero). */
export function nextAddress(from: Uint32Array, i: number, to: Uint32Array, j: number, limbs: number): boolean {
  let carry = 1;
  for (let k = limbs - 1; k >= 0; k--) {
    const sum = ((from[i + k] as number) + carry) >>> 0;
    to[j + k] = sum;
    if (carry === 1 && sum !== 0) carry = 0;
  }
  return carry === 0;
}

/** Writes the address before `from[i]` to `to[j]`; false if there is none (the value wraps to all ones). */
export function previousAddress(from: Uint32Array, i: number, to: Uint32Array, j: number, limbs: number): boolean {
  let borrow = 1;
  for (let k = limbs - 1; k >= 0; k--) {
    const before = from[i + k] as number;
    to[j + k] = (before - borrow) >>> 0;
    if (borrow === 1 && before !== 0) borrow = 0;
  }
  return borrow === 0;
}

/** How many low bits of the address are zero; all of them for the zero address. */
export function trailingZeros(a: Uint32Array, i: number, limbs: number): number {
  let zeros = 0;
  for (let k = limbs - 1; k >= 0; k--) {
    const limb = a[i + k] as number;
    if (limb !== 0) return zeros + (31 - Math.clz32(limb & -limb));
    zeros += 32;
  }
  return zeros;
}

/** Writes the address with its lowest `hostBits` bits cleared: the first address of its prefix. */
export function firstOfPrefix(
  from: Uint32Array,
  i: number,
  to: Uint32Array,
  j: number,
  limbs: number,
  hostBits: number,
): void {
  for (let k = limbs - 1, bits = hostBits; k >= 0; k--, bits -= 32) {
    const mask = bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : 0xffffffff >>> (32 - bits);
    to[j + k] = ((from[i + k] as number) & ~mask) >>> 0;
  }
}

/** Writes the address with its lowest `hostBits` bits set: the last address of a prefix. */
export function lastOfPrefix(
  from: Uint32Array,
  i: number,
  to: Uint32Array,
  j: number,
  limbs: number,
  hostBits: number,
): void {
  for (let k = limbs - 1, bits = hostBits; k >= 0; k--, bits -= 32) {
    const mask = bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : 0xffffffff >>> (32 - bits);
    to[j + k] = ((from[i + k] as number) | mask) >>> 0;
  }
}
