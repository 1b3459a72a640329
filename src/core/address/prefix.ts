import type { Family } from './family.ts';
import { trailingZeros } from './words.ts';

/** A CIDR prefix: address words (1 for IPv4, 4 for IPv6; host bits are zero) and its length in bits. */
export interface Prefix {
  readonly family: Family;
  readonly words: Uint32Array;
  readonly length: number;
}

/** Thrown for text that is not a canonical CIDR prefix. The message says what was expected and what came. */
export class PrefixError extends Error {
  override name = 'PrefixError';
}

const DOT = 46;
const ZERO = 48;
const COLON = 58;

/**
 * Reads one canonical CIDR prefix: `a.b.c.d/n` without leading zeros, or RFC 5952 IPv6 `/n`; host bits zero, length
 * always given. Anything else throws PrefixError: official files have never held anything else, so a deviation means a
 * damaged or forged file and is not repaired.
 */
export function parsePrefix(text: string): Prefix {
  const slash = text.lastIndexOf('/');
  if (slash < 0) throw new PrefixError(`expected a CIDR prefix such as 192.0.2.0/24, got "${text}" without a length`);
  const family: Family = text.indexOf(':') >= 0 ? 'ipv6' : 'ipv4';
  const bits = family === 'ipv4' ? 32 : 128;
  const length = parseLength(text, slash + 1, bits);
  const words = family === 'ipv4' ? parseIPv4(text, slash) : parseIPv6(text, slash);
  if (trailingZeros(words, 0, words.length) < bits - length) {
    throw new PrefixError(`expected zero host bits after /${length}, got "${text}"`);
  }
  return { family, words, length };
}

/** Canonical text of a prefix; IPv6 as in RFC 5952. */
export function formatPrefix(family: Family, words: Uint32Array, offset: number, length: number): string {
  return `${formatAddress(family, words, offset)}/${length}`;
}

/** Canonical text of an address; IPv6 as in RFC 5952: lower case, the longest (first) run of two or more zero groups as `::`. */
export function formatAddress(family: Family, words: Uint32Array, offset = 0): string {
  if (family === 'ipv4') {
    const word = words[offset] as number;
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
  }
  const groups: number[] = [];
  for (let k = 0; k < 4; k++) {
    const word = words[offset + k] as number;
    groups.push(word >>> 16, word & 0xffff);
  }
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > bestLength) {
      best = i;
      bestLength = end - i;
    }
    if (end > i) i = end;
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (best < 0) return hex(groups);
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}

function parseLength(text: string, from: number, bits: number): number {
  const length = parseDecimal(text, from, text.length);
  if (length < 0 || length > bits) {
    throw new PrefixError(`expected a length from 0 to ${bits} without leading zeros, got "${text}"`);
  }
  return length;
}

/** The decimal number in text[from..to), or -1 when it is not one, has a leading zero or more than three digits. */
function parseDecimal(text: string, from: number, to: number): number {
  const digits = to - from;
  if (digits < 1 || digits > 3) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  if (digits > 1 && text.charCodeAt(from) === ZERO) return -1;
  return value;
}

function parseIPv4(text: string, end: number): Uint32Array {
  let word = 0;
  let from = 0;
  for (let octet = 0; octet < 4; octet++) {
    let to = from;
    while (to < end && text.charCodeAt(to) !== DOT) to++;
    const value = parseDecimal(text, from, to);
    if (value < 0 || value > 255 || (to === end) !== (octet === 3)) {
      throw new PrefixError(`expected four octets from 0 to 255 without leading zeros, got "${text}"`);
    }
    word = ((word << 8) | value) >>> 0;
    from = to + 1;
  }
  return Uint32Array.of(word);
}

function parseIPv6(text: string, end: number): Uint32Array {
  const words = new Uint32Array(4);
  const groups: number[] = [];
  let gap = -1;
  let i = 0;
  while (i < end) {
    if (text.charCodeAt(i) === COLON) {
      if (text.charCodeAt(i + 1) === COLON && gap < 0) {
        gap = groups.length;
        i += 2;
        continue;
      }
      if (groups.length === 0 || gap === groups.length) break;
      i++;
    }
    let value = 0;
    const from = i;
    for (; i < end && i - from < 4; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (i === from || groups.length === 8) break;
    groups.push(value);
    if (i < end && text.charCodeAt(i) !== COLON) break;
  }
  const complete = gap < 0 ? groups.length === 8 : groups.length < 7;
  if (i === end && complete) {
    const zeros = 8 - groups.length;
    const all = gap < 0 ? groups : [...groups.slice(0, gap), ...new Array<number>(zeros).fill(0), ...groups.slice(gap)];
    for (let k = 0; k < 4; k++) words[k] = (((all[2 * k] as number) << 16) | (all[2 * k + 1] as number)) >>> 0;
    // Comparing with our own rendering catches upper case, leading zeros and a gap in the wrong place in one test.
    if (formatAddress('ipv6', words) === text.slice(0, end)) return words;
  }
  throw new PrefixError(`expected an IPv6 address in its RFC 5952 form, got "${text}"`);
}

/** 0-15, or -1; lower case only, as RFC 5952 demands. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= 57) return code - ZERO;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}
