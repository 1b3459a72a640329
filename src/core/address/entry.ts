import { IPv6 } from 'ip-num';
import type { Family } from './family.ts';
import { compareLimbs } from './limbs.ts';
import { familyOf, formatAddress, PrefixError, strictForm } from './prefix.ts';
import { PrefixSet } from './prefix-set.ts';
import { readAddress } from './scan-prefix.ts';

/** One entry of an allow-list, as addresses. */
export interface Entry {
  readonly family: Family;
  readonly set: PrefixSet;
}

/**
 * Reads what Azure or a person wrote in an allow-list: one address, a CIDR prefix, or an inclusive range `a-b`. IPv6 may
 * be in any textual form of RFC 4291 except the dotted one. Throws PrefixError for host bits in a prefix (the message
 * names the canonical one), for leading zeros in IPv4 (some programs read them as octal), and for anything else.
 */
export function parseEntry(text: string): Entry {
  const entry = text.trim();
  const dash = entry.indexOf('-');
  if (dash >= 0) return parseRange(text, entry.slice(0, dash).trim(), entry.slice(dash + 1).trim());
  const slash = entry.indexOf('/');
  if (slash < 0) {
    const { family, limbs } = parseAddress(entry, text);
    return { family, set: PrefixSet.range(family, limbs, limbs) };
  }
  const family = familyOf(entry);
  return { family, set: PrefixSet.from(family, [inStrictForm(entry, slash, text)]) };
}

/**
 * As parseEntry(), for what a person or a log names: IPv4 in the form of IPv6 (`::ffff:20.40.4.9`, `::ffff:1428:409`, with a length
 * from 96 up), as dual-stack sockets show it, is IPv4. In a list it stays an error: Azure takes no such entry.
 */
export function parseAsked(text: string): Entry {
  const [address = '', length, ...more] = text.trim().split('/');
  const tail = /^(?:::|0:0:0:0:0:)ffff:(.+)$/i.exec(address)?.[1];
  if (tail === undefined || more.length > 0) return parseEntry(text);
  const dotted = tail.includes('.') ? tail : dottedOf(tail);
  if (dotted === undefined) return parseEntry(text);
  if (length === undefined) return parseEntry(dotted);
  return parseEntry(/^\d{2,3}$/.test(length) && Number(length) >= 96 ? `${dotted}/${Number(length) - 96}` : text);
}

/** The last two groups of an IPv6 address as IPv4. */
function dottedOf(groups: string): string | undefined {
  const [, high, low] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(groups) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.');
}

/** As parseEntry(); undefined for text that it does not take, where that is an answer and not a fault. */
export function readEntry(text: string): Entry | undefined {
  try {
    return parseEntry(text);
  } catch (error) {
    if (error instanceof PrefixError) return undefined;
    throw error;
  }
}

function parseRange(text: string, low: string, high: string): Entry {
  const first = parseAddress(low, text);
  const last = parseAddress(high, text);
  if (first.family !== last.family) throw new PrefixError('a range within one address family', text);
  if (compareLimbs(first.limbs, 0, last.limbs, 0, first.limbs.length) > 0) {
    throw new PrefixError('a range whose end is not below its start', text);
  }
  return { family: first.family, set: PrefixSet.range(first.family, first.limbs, last.limbs) };
}

/** `text`: the text with the address, for messages. Throws PrefixError. */
function parseAddress(address: string, text: string): { family: Family; limbs: Uint32Array } {
  if (address.includes(':')) return { family: 'ipv6', limbs: parseIPv6(address, text) };
  const limbs = readAddress('ipv4', address);
  if (limbs !== undefined) return { family: 'ipv4', limbs };
  if (/^\d+(\.\d+){3}$/.test(address)) throw new PrefixError(strictForm.ipv4, text);
  throw new PrefixError('an IP address, a CIDR prefix or a range a-b', text);
}

/** The prefix with its address part in the one form that parsePrefix takes. */
function inStrictForm(prefix: string, slash: number, text: string): string {
  if (!prefix.includes(':') || readAddress('ipv6', prefix.slice(0, slash)) !== undefined) return prefix;
  return `${formatAddress('ipv6', parseIPv6(prefix.slice(0, slash), text))}${prefix.slice(slash)}`;
}

function parseIPv6(address: string, text: string): Uint32Array {
  const strict = readAddress('ipv6', address);
  if (strict !== undefined) return strict;
  if (address.includes('.')) throw new PrefixError('IPv6 in hexadecimal groups, or plain IPv4', text);
  // ip-num drops a zone silently.
  if (address.includes('%')) throw new PrefixError('an IPv6 address without a zone', text);
  const value = relaxedIPv6(address, text);
  return Uint32Array.from([96n, 64n, 32n, 0n], (shift) => Number((value >> shift) & 0xffffffffn));
}

function relaxedIPv6(address: string, text: string): bigint {
  try {
    return IPv6.fromString(address).value;
  } catch (error) {
    // ip-num throws plain errors and texts, only ever for what it cannot read; a TypeError says nothing about the text.
    if (error instanceof TypeError) throw error;
    throw new PrefixError('an IPv6 address', text);
  }
}
