import { bitsOf, type Family } from './family.ts';
import { groupOf, longestZeroRun } from './ipv6-groups.ts';
import { firstOfPrefix } from './limbs.ts';
import { readAddress, readLength, scanPrefix } from './scan-prefix.ts';

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

/** Why scanPrefix() does not take this text. */
function explain(family: Family, text: string): PrefixError {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return new PrefixError('a CIDR prefix such as 192.0.2.0/24', text, ' without a length');
  const bits = bitsOf(family);
  const length = readLength(text.slice(slash + 1));
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
  if (zeros === 0) return groups.join(':');
  const start = zeros >>> 4;
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + (zeros & 15)).join(':')}`;
}
