import { type Entry, readEntry } from '../address/entry.ts';
import { PrefixSet } from '../address/prefix-set.ts';

/**
 * The address a request came from, out of X-Forwarded-For. Only its end can be trusted: the platform's front end appends
 * the address it saw itself (`203.0.113.7:51432`), and everything before that was written by whoever sent the request.
 * `proxies`: how many proxies of the operator's own stand before the platform, each of which appended what it saw.
 * Undefined if there is no such entry: then nobody knows.
 */
export function clientAddress(forwardedFor: string | undefined, proxies: number): string | undefined {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const hop = hops.at(-1 - proxies) ?? '';
  const text = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? (hop.split(':').length === 2 ? hop.split(':')[0] : hop) ?? '';
  return setOf(text) === undefined ? undefined : text;
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
  const entry = readEntry(text);
  return entry?.family === 'ipv6' ? unmapped(entry) : entry;
}

/** IPv4 addresses written as IPv6 (`::ffff:…`), as dual-stack sockets show them, are what they stand for. */
function unmapped(entry: Entry): Entry {
  const mapped = PrefixSet.from('ipv6', ['::ffff:0:0/96']);
  const [only, ...more] = entry.set.toPrefixes();
  if (only === undefined || more.length > 0 || !mapped.covers(entry.set) || !only.endsWith('/128')) return entry;
  const groups = only.slice(0, -4).split(':').slice(-2);
  const word = groups.reduce((sum, group) => sum * 65_536 + Number.parseInt(group || '0', 16), 0);
  const address = Uint32Array.of(word);
  return { family: 'ipv4', set: PrefixSet.range('ipv4', address, address) };
}
