import { bitsOf, type Family } from './family.ts';
import { firstOfPrefix, trailingZeros } from './limbs.ts';

/** A CIDR prefix: address words (1 for IPv4, 4 for IPv6; host bits are zero) and its length in bits. */
export interface Prefix {
  readonly family: Family;
  readonly limbs: Uint32Array;
  readonly length: number;
}

/** Thrown for text that is not a canonical CIDR prefix. The message says what was expected and what came. */
export class PrefixError extends Error {
  override name = 'PrefixError';
  readonly expected: string;
  /** The offending text, quoted. */
  readonly got: string;

  constructor(expected: string, text: string, detail = '') {
    const got = `${quote(text)}${detail}`;
    super(`expected ${expected}, got ${got}`);
    this.expected = expected;
    this.got = got;
  }
}

/** Text as shown in messages: quoted, on one line, and never so long that it hides the message. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** How an address must be written to be accepted, for messages. */
export const strictForm: Readonly<Record<Family, string>> = {
  ipv4: 'four octets from 0 to 255 without leading zeros',
  ipv6: 'an IPv6 address in its RFC 5952 form',
};

const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;

/**
 * Reads one canonical CIDR prefix: `a.b.c.d/n` without leading zeros, or RFC 5952 IPv6 `/n`; host bits zero, length
 * always given. Anything else throws PrefixError: official files have never held anything else, so a deviation means a
 * damaged or forged file and is not repaired.
 */
export function parsePrefix(text: string): Prefix {
  const family = familyOf(text);
  const limbs = new Uint32Array(bitsOf(family) / 32);
  const length = scanPrefix(family, text, limbs, 0);
  if (length < 0) throw explain(family, text);
  return { family, limbs, length };
}

/** The family a text can only belong to, if it is an address or prefix at all. */
export function familyOf(text: string): Family {
  return text.indexOf(':') >= 0 ? 'ipv6' : 'ipv4';
}

/**
 * Reads one canonical CIDR prefix of `family` like parsePrefix(), but writes its address to `out[at]` and gives its
 * length, or -1 for any other text: a whole publication is read without an object for each prefix.
 */
export function scanPrefix(family: Family, text: string, out: Uint32Array, at: number): number {
  const slash = slashOf(text);
  if (slash < 0) return -1;
  const limbs = family === 'ipv4' ? 1 : 4;
  const length = scanDecimal(text, slash + 1, text.length);
  if (length < 0 || length > limbs * 32) return -1;
  if (!(family === 'ipv4' ? scanIPv4(text, slash, out, at) : scanIPv6(text, slash, out, at))) return -1;
  return trailingZeros(out, at, limbs) < limbs * 32 - length ? -1 : length;
}

/** The index of the slash before a length of one to three characters, or -1. */
function slashOf(text: string): number {
  const end = text.length;
  for (let i = end - 2; i >= 0 && i >= end - 4; i--) if (text.charCodeAt(i) === SLASH) return i;
  return -1;
}

/** The address of `text` in its only accepted form: four octets, or RFC 5952; undefined for any other text. */
export function readAddress(family: Family, text: string): Uint32Array | undefined {
  const limbs = new Uint32Array(bitsOf(family) / 32);
  const scan = family === 'ipv4' ? scanIPv4 : scanIPv6;
  return scan(text, text.length, limbs, 0) ? limbs : undefined;
}

/** Why scanPrefix() does not take this text. */
function explain(family: Family, text: string): PrefixError {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return new PrefixError('a CIDR prefix such as 192.0.2.0/24', text, ' without a length');
  const bits = bitsOf(family);
  const length = scanDecimal(text, slash + 1, text.length);
  if (length < 0 || length > bits) return new PrefixError(`a length from 0 to ${bits} without leading zeros`, text);
  const limbs = readAddress(family, text.slice(0, slash));
  if (limbs === undefined) return new PrefixError(strictForm[family], text);
  firstOfPrefix(limbs, 0, limbs, 0, limbs.length, bits - length);
  return new PrefixError(`zero host bits after /${length}: ${formatPrefix(family, limbs, 0, length)}`, text);
}

/** Canonical text of a prefix; IPv6 as in RFC 5952. */
export function formatPrefix(family: Family, limbs: Uint32Array, offset: number, length: number): string {
  return `${formatAddress(family, limbs, offset)}/${length}`;
}

/** Canonical text of an address; IPv6 as in RFC 5952: lower case, the longest (first) run of two or more zero groups as `::`. */
export function formatAddress(family: Family, limbs: Uint32Array, offset = 0): string {
  if (family === 'ipv4') {
    const limb = limbs[offset] as number;
    return `${limb >>> 24}.${(limb >>> 16) & 255}.${(limb >>> 8) & 255}.${limb & 255}`;
  }
  const groups = Array.from({ length: 8 }, (_, group) => groupOf(limbs, offset, group).toString(16));
  const zeros = longestZeroRun(limbs, offset);
  if (zeros.length === 0) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`;
}

/** The groups that RFC 5952 writes as `::`: the first longest run of two or more zeros; length 0 if there is none. */
function longestZeroRun(limbs: Uint32Array, offset: number): { start: number; length: number } {
  let start = -1;
  let length = 0;
  let run = 0;
  for (let group = 0; group < 8; group++) {
    run = groupOf(limbs, offset, group) === 0 ? run + 1 : 0;
    if (run > Math.max(length, 1)) {
      start = group - run + 1;
      length = run;
    }
  }
  return { start, length };
}

/** The decimal number in text[from..to), or -1 when it is not one, has a leading zero or more than three digits. */
function scanDecimal(text: string, from: number, to: number): number {
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

/** Writes the IPv4 address in text[0..end) to `out[at]`; false if it is not four octets without leading zeros. */
function scanIPv4(text: string, end: number, out: Uint32Array, at: number): boolean {
  let limb = 0;
  let octets = 0;
  // -1 where an octet is to begin.
  let value = -1;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
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

/** Writes the IPv6 address in text[0..end) to `out[at]`; false if it is not in its RFC 5952 form. */
function scanIPv6(text: string, end: number, out: Uint32Array, at: number): boolean {
  for (let k = 0; k < 4; k++) out[at + k] = 0;
  // At which group "::" stands, or -1; groups after it are moved to the end once their number is known.
  let gap = -1;
  let groups = 0;
  let i = 0;
  while (i < end) {
    if (text.charCodeAt(i) === COLON) {
      if (text.charCodeAt(i + 1) === COLON && gap < 0) {
        gap = groups;
        i += 2;
        continue;
      }
      if (groups === 0 || gap === groups) return false;
      i++;
    }
    let value = 0;
    const from = i;
    for (; i < end && i - from < 4; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (i === from || groups === 8) return false;
    if (i - from > 1 && text.charCodeAt(from) === ZERO) return false;
    setGroup(out, at, groups++, value);
    if (i < end && text.charCodeAt(i) !== COLON) return false;
  }
  if (gap < 0 ? groups !== 8 : groups > 6) return false;
  for (let from = groups - 1, to = 7; gap >= 0 && from >= gap; from--, to--) {
    setGroup(out, at, to, groupOf(out, at, from));
    setGroup(out, at, from, 0);
  }
  const zeros = longestZeroRun(out, at);
  return zeros.start === gap && zeros.length === (gap < 0 ? 0 : 8 - groups);
}

function groupOf(limbs: Uint32Array, offset: number, group: number): number {
  const limb = limbs[offset + (group >>> 1)] as number;
  return group % 2 === 0 ? limb >>> 16 : limb & 0xffff;
}

function setGroup(limbs: Uint32Array, offset: number, group: number, value: number): void {
  const limb = limbs[offset + (group >>> 1)] as number;
  limbs[offset + (group >>> 1)] = group % 2 === 0 ? (limb & 0xffff) | (value << 16) : (limb & 0xffff0000) | value;
}

/** 0-15, or -1; lower case only, as RFC 5952 demands. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= 57) return code - ZERO;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}
