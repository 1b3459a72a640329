import { isIPv4, isIPv6 } from 'node:net';
import { IPv6 } from 'ip-num';

/** A parsed JSON object, as it came off the wire: nothing in it is known yet. */
export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one. */
export function objectAt(value: Json, key: string): Json {
  const inner = value[key];
  return isJson(inner) ? inner : {};
}

/** The array under `key`, or an empty one. */
export function arrayAt(value: Json, key: string): readonly unknown[] {
  const inner = value[key];
  return Array.isArray(inner) ? inner : [];
}

/** JSON merge patch, RFC 7396: null removes, objects merge, everything else replaces. */
export function mergeJson(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const merged: Json = isJson(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeJson(merged[key], value);
  }
  return merged;
}

/** `value` without the keys named. */
export function without(value: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** `value` with only the keys named. */
export function pick(value: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}

/** An answer that is not a success, as ARM words it: `{error: {code, message}}`. */
export class ArmError extends Error {
  override name = 'ArmError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  body(): object {
    return { error: { code: this.code, message: this.message, details: [] } };
  }
}

/** An address, a CIDR prefix or a range `a-b`, or why a text is none of them. */
type AddressText =
  | { readonly family: 'ipv4' | 'ipv6'; readonly form: 'address' | 'prefix' | 'range' }
  | { readonly family: undefined; readonly form: 'unknown' | 'host-bits' };

/**
 * Reads an entry of an address list. Deliberately not the parser of the product: the simulation is a second opinion on
 * what the product sends.
 */
export function readAddressText(text: string): AddressText {
  const family = familyOf(text);
  if (family !== undefined) return { family, form: 'address' };
  const [from, to, more] = text.split('-');
  if (from !== undefined && to !== undefined && more === undefined) {
    const ordered = isIPv4(from) && isIPv4(to) && toNumber(from) <= toNumber(to);
    return ordered ? { family: 'ipv4', form: 'range' } : { family: undefined, form: 'unknown' };
  }
  return readPrefix(text);
}

function readPrefix(text: string): AddressText {
  const [address = '', length = ''] = text.split('/', 2);
  const family = familyOf(address);
  const bits = Number(length);
  if (family === undefined || !/^\d{1,3}$/.test(length) || text.split('/').length !== 2) {
    return { family: undefined, form: 'unknown' };
  }
  if (bits > (family === 'ipv4' ? 32 : 128)) return { family: undefined, form: 'unknown' };
  const clean = family === 'ipv4' ? toNumber(address) % 2 ** (32 - bits) === 0 : isCleanIPv6(address, bits);
  return clean ? { family, form: 'prefix' } : { family: undefined, form: 'host-bits' };
}

/** Two entries of a list that share addresses, if any do; what is no address is passed over. */
export function overlapping(texts: readonly string[]): readonly [string, string] | undefined {
  const spans = texts.flatMap((text) => spanOf(text) ?? []);
  spans.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  for (const [index, span] of spans.entries()) {
    const before = spans[index - 1];
    if (before && before.to >= span.from) return [before.text, span.text];
    // The one that reaches furthest is compared with the next.
    if (before && before.to > span.to) span.to = before.to;
  }
  return undefined;
}

/** First and last address, those of IPv6 behind all of IPv4. */
function spanOf(text: string): { readonly text: string; readonly from: bigint; to: bigint } | undefined {
  const { family } = readAddressText(text);
  if (family === undefined || text.includes('-')) return undefined;
  const [address = '', length] = text.split('/', 2);
  const bits = family === 'ipv4' ? 32 : 128;
  const from = family === 'ipv4' ? BigInt(toNumber(address)) : IPv6.fromString(address).getValue() + 2n ** 32n;
  return { text, from, to: from + 2n ** BigInt(bits - Number(length ?? bits)) - 1n };
}

/** Whether a text is `*`, a port or a range of ports within these, its end not below its start. */
export function isPort(text: string, from: number, to: number): boolean {
  if (text === '*') return true;
  if (!/^\d{1,5}(-\d{1,5})?$/.test(text)) return false;
  const [low = 0, high = low] = text.split('-').map(Number);
  return low >= from && low <= high && high <= to;
}

function familyOf(text: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(text)) return 'ipv4';
  return isIPv6(text) && !text.includes('%') ? 'ipv6' : undefined;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function isCleanIPv6(address: string, bits: number): boolean {
  return IPv6.fromString(address).getValue() % 2n ** BigInt(128 - bits) === 0n;
}
