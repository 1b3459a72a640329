import { createHash } from 'node:crypto';
import { type Entry, parseAsked } from './address/entry.ts';
import { PrefixError, parsePrefix } from './address/prefix.ts';

interface FeedText {
  /** One CIDR prefix a line, each line ended. */
  readonly text: string;
  /** Strong: it differs as soon as a byte does. With its quotes. */
  readonly etag: string;
}

/** A list as firewalls take it; undefined if there is nothing in it, which is never served. */
export function feedText(entries: readonly string[]): FeedText | undefined {
  if (entries.length === 0) return undefined;
  const text = `${entries.join('\n')}\n`;
  return { text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` };
}

/** Whether an If-None-Match names this ETag. Weak comparison, as RFC 9110 wants it for this header. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === '*' || one === etag);
}

/**
 * Whether a list that last changed then has not since the time in an If-Modified-Since. Both count in whole seconds; what is
 * no time of HTTP, or is yet to come, says nothing (RFC 9110, 13.1.3).
 */
export function unchangedSince(ifModifiedSince: string | undefined, changedAt: string, now: Date): boolean {
  if (ifModifiedSince === undefined || !httpDate.test(ifModifiedSince)) return false;
  const since = Date.parse(ifModifiedSince);
  return since <= now.getTime() && Math.floor(Date.parse(changedAt) / 1000) * 1000 <= since;
}

/** The form of a date that is written, RFC 9110, 5.6.7; nobody has sent the two older ones for decades. */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** What is known of a device and of the list it should have. Times are ISO 8601. */
interface Watched {
  /** Most hours between two pulls. */
  readonly pullEvery: number;
  /** When there was first something to pull. */
  readonly since: string;
  /** When it last pulled, and the ETag of what it has; absent before the first time. */
  readonly pulledAt?: string;
  readonly etag?: string;
  /** ETag of what it would get now. */
  readonly current: string;
  readonly now: Date;
}

type DeviceState =
  | { readonly kind: 'pulls' }
  | { readonly kind: 'silent'; readonly since: string; readonly has: 'current' | 'old' | 'nothing' };

/** Whether a device pulls as it should; if not, since when, and what it has. */
export function deviceState({ pullEvery, since, pulledAt, etag, current, now }: Watched): DeviceState {
  const last = pulledAt ?? since;
  if (now.getTime() - Date.parse(last) <= pullEvery * 3_600_000) return { kind: 'pulls' };
  return { kind: 'silent', since: last, has: etag === undefined ? 'nothing' : etag === current ? 'current' : 'old' };
}

/**
 * The address a request came from, out of X-Forwarded-For. Only its end can be trusted: the platform's front end appends
 * the address it saw itself (`203.0.113.7:51432`), and everything before that was written by the sender.
 * `proxies`: how many proxies of the operator's own are in front of the platform, each of which appended what it saw.
 * Undefined if there is no such entry: then the address is unknown.
 */
export function clientAddress(forwardedFor: string | undefined, proxies: number): string | undefined {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const hop = hops.at(-1 - proxies) ?? '';
  const text = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? (hop.split(':').length === 2 ? hop.split(':')[0] : hop) ?? '';
  return setOf(text) === undefined ? undefined : text;
}

/**
 * The network of a client, for counting what comes from it: an IPv4 address is one, of IPv6 each customer has 64 bits of
 * addresses at least. `unknown` for what is no address.
 */
export function clientNetwork(address: string | undefined): string {
  const found = address === undefined ? undefined : setOf(address);
  const [only] = found?.set.toPrefixes() ?? [];
  if (found === undefined || only === undefined) return 'unknown';
  return found.family === 'ipv4' ? only : parsePrefix(only).limbs.slice(0, 2).join(':');
}

/** Whether an address is in one of the prefixes. What is no address is in none. */
export function isWithin(address: string | undefined, prefixes: readonly string[]): boolean {
  const found = address === undefined ? undefined : setOf(address);
  return found !== undefined && prefixes.some((prefix) => covers(prefix, found));
}

function covers(prefix: string, { family, set }: Entry): boolean {
  const own = setOf(prefix);
  return own?.family === family && own.set.covers(set);
}

/** A header holds what a stranger wrote: text that is no address is an answer, not a fault. */
function setOf(text: string): Entry | undefined {
  try {
    return parseAsked(text);
  } catch (error) {
    if (error instanceof PrefixError) return undefined;
    throw error;
  }
}
