import { bitsOf, type Family } from './family.ts';
import { groupOf, longestZeroRun, setGroup } from './ipv6-groups.ts';
import { trailingZeros } from './limbs.ts';

const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const COLON = 58;

/** Characters of the longest prefix: eight groups of four digits, seven colons, `/128`. */
const longestText = 43;

/** The text that is read at the moment. Bytes are read several times as fast as the characters of a string. */
const scratch = new Uint8Array(longestText);

/** Copies a short ASCII text to `scratch`; its length, or -1 for any other text. */
function toBytes(text: string): number {
  const length = text.length;
  if (length > longestText) return -1;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return -1;
    scratch[i] = code;
  }
  return length;
}

/**
 * Reads one canonical CIDR prefix of `family` like parsePrefix(), but writes its address to `out[at]` and gives its
 * length, or -1 for any other text: a whole publication is read without an object for each prefix.
 */
export function scanPrefix(family: Family, text: string, out: Uint32Array, at: number): number {
  const length = toBytes(text);
  return length < 0 ? -1 : scanPrefixBytes(family, scratch, 0, length, out, at);
}

/** scanPrefix() of the text whose bytes are bytes[from..to). */
export function scanPrefixBytes(
  family: Family,
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Uint32Array,
  at: number,
): number {
  const slash = slashOf(bytes, from, to);
  if (slash < 0) return -1;
  const limbs = family === 'ipv4' ? 1 : 4;
  const length = scanDecimal(bytes, slash + 1, to);
  if (length < 0 || length > limbs * 32) return -1;
  if (!(family === 'ipv4' ? scanIPv4(bytes, from, slash, out, at) : scanIPv6(bytes, from, slash, out, at))) return -1;
  return trailingZeros(out, at, limbs) < limbs * 32 - length ? -1 : length;
}

/** The address of `text` in its only accepted form: four octets, or RFC 5952; undefined for any other text. */
export function readAddress(family: Family, text: string): Uint32Array | undefined {
  const limbs = new Uint32Array(bitsOf(family) / 32);
  const length = toBytes(text);
  if (length < 0) return undefined;
  const scan = family === 'ipv4' ? scanIPv4 : scanIPv6;
  return scan(scratch, 0, length, limbs, 0) ? limbs : undefined;
}

/** A prefix length, 0 to 999 without leading zeros; -1 for any other text. */
export function readLength(text: string): number {
  const length = toBytes(text);
  return length < 0 ? -1 : scanDecimal(scratch, 0, length);
}

/** The index of the slash before a length of one to three characters, or -1. */
function slashOf(bytes: Uint8Array, from: number, to: number): number {
  const least = Math.max(from, to - 4);
  for (let i = to - 2; i >= least; i--) if (bytes[i] === SLASH) return i;
  return -1;
}

/** The decimal number in bytes[from..to), or -1 when it is not one, has a leading zero or more than three digits. */
function scanDecimal(bytes: Uint8Array, from: number, to: number): number {
  const digits = to - from;
  if (digits < 1 || digits > 3) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  if (digits > 1 && bytes[from] === ZERO) return -1;
  return value;
}

/** Writes the IPv4 address in bytes[from..to) to `out[at]`; false if it is not four octets without leading zeros. */
function scanIPv4(bytes: Uint8Array, from: number, to: number, out: Uint32Array, at: number): boolean {
  let limb = 0;
  let octets = 0;
  // -1 where an octet is to begin.
  let value = -1;
  for (let i = from; i < to; i++) {
    const code = bytes[i] as number;
    if (code === DOT) {
      if (value < 0 || ++octets > 3) return false;
      limb = (limb << 8) | value;
      value = -1;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || value === 0) return false;
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return false;
    }
  }
  if (octets !== 3 || value < 0) return false;
  out[at] = (limb << 8) | value;
  return true;
}

/** Writes the IPv6 address in bytes[from..to) to `out[at]`; false if it is not in its RFC 5952 form. */
function scanIPv6(bytes: Uint8Array, from: number, to: number, out: Uint32Array, at: number): boolean {
  for (let k = 0; k < 4; k++) out[at + k] = 0;
  // At which group "::" stands, or -1; groups after it are moved to the end once their number is known.
  let gap = -1;
  let groups = 0;
  let i = from;
  while (i < to) {
    if (bytes[i] === COLON) {
      if (i + 1 < to && bytes[i + 1] === COLON && gap < 0) {
        gap = groups;
        i += 2;
        continue;
      }
      if (groups === 0 || gap === groups) return false;
      i++;
    }
    let value = 0;
    const start = i;
    for (; i < to && i - start < 4; i++) {
      const digit = hexDigit(bytes[i] as number);
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (i === start || groups === 8) return false;
    if (i - start > 1 && bytes[start] === ZERO) return false;
    setGroup(out, at, groups++, value);
    if (i < to && bytes[i] !== COLON) return false;
  }
  if (gap < 0 ? groups !== 8 : groups > 6) return false;
  for (let source = groups - 1, target = 7; gap >= 0 && source >= gap; source--, target--) {
    setGroup(out, at, target, groupOf(out, at, source));
    setGroup(out, at, source, 0);
  }
  return longestZeroRun(out, at) === (gap < 0 ? 0 : 16 * gap + 8 - groups);
}

/** 0-15, or -1; lower case only, as RFC 5952 demands. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}
