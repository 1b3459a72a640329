import { parsePrefix } from '../core/address/prefix.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import { isHostName } from '../core/address/sets.ts';
import { counted, quantity } from '../core/judge/arithmetic.ts';
import type { Cause } from '../core/plan/plan-types.ts';
import type { Reason } from '../core/reason.ts';

export { counted, quantity };

/** "a, b and 12 more": the first `most` of `total` items, and how many are left. Never cuts within an item. */
export function listed(items: readonly string[], most = 5, total = items.length): string {
  // "and 1 more" takes the room of the one.
  const shown = total === most + 1 ? items : items.slice(0, most);
  const left = total - shown.length;
  if (left > 0) return `${shown.join(', ')} and ${counted(left)} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/**
 * "3 ranges (512 IPv4 addresses)", "4 ranges (512 IPv4 addresses and 2 IPv6 prefixes)". IPv6 is counted in prefixes: counts
 * of its addresses are too large to compare. Takes canonical CIDR prefixes.
 */
export function extent(prefixes: readonly string[]): string {
  const ranges = prefixes.filter((prefix) => !isHostName(prefix));
  const hosts = prefixes.length - ranges.length;
  if (hosts > 0 && ranges.length === 0) return quantity(hosts, 'host name');
  const isIPv6 = (prefix: string) => parsePrefix(prefix).family === 'ipv6';
  const ipv4 = PrefixSet.from(
    'ipv4',
    ranges.filter((prefix) => !isIPv6(prefix)),
  ).count;
  const ipv6 = ranges.filter(isIPv6).length;
  const parts = [
    ...(ipv4 > 0n ? [quantity(ipv4, 'IPv4 address', 'IPv4 addresses')] : []),
    ...(ipv6 > 0 ? [quantity(ipv6, 'IPv6 prefix', 'IPv6 prefixes')] : []),
  ];
  const sizes = parts.length === 0 ? '' : ` (${parts.join(' and ')})`;
  return `${quantity(prefixes.length, 'range')}${sizes}`;
}

/** "3 d 20 h", "5 h 12 min", "40 s": the two largest units of a span of milliseconds, rounded down. */
export function span(milliseconds: number): string {
  const seconds = Math.floor(Math.max(milliseconds, 0) / 1000);
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) return '0 s';
  let rest = seconds;
  const parts: string[] = [];
  for (const [size, name] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${counted(count)} ${name}`);
  }
  return parts.join(' ');
}

/** "Mon 2024-01-22 00:00 UTC". Takes an ISO 8601 time in UTC. */
export function clock(iso: string): string {
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(iso).getUTCDay()];
  return `${day} ${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The text with a full stop at its end, unless it ends with one. */
export function stopped(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** How many addresses a canonical CIDR prefix holds; none for a host name. */
export function addressesIn(prefix: string): bigint {
  if (isHostName(prefix)) return 0n;
  const { family, length } = parsePrefix(prefix);
  return 2n ** BigInt((family === 'ipv4' ? 32 : 128) - length);
}

/** Reasons, one line each: the finding with its figures, the name of the rule, and the next step. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  const found = reasons.map(({ text, rule }) => `${text.replace(/\.$/, '')} [${rule}].`);
  const nexts = new Set(reasons.map(({ next }) => next));
  if (nexts.size === 1) return [...found, ...[...nexts].map(advice)];
  return found.map((line, index) => `${line} ${advice(reasons[index]?.next ?? '')}`);
}

/** The next step as a sentence. */
function advice(next: string): string {
  return stopped(firstUpper(next));
}

/** The text with a capital letter at its beginning. */
export function firstUpper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

const triggerTexts: Readonly<Record<string, string>> = {
  timer: 'the timer',
  http: 'a request',
  start: 'the start of the service',
};

/** Who asked for a run: by name where that is known, else what did. */
export function askedText(trigger: string, by: readonly { readonly name: string }[] = []): string {
  return by.length > 0 ? listed(by.map(({ name }) => name)) : (triggerTexts[trigger] ?? trigger);
}

/** The status of a run, of a target or of an outcome as people read it; every other word is one already. */
export function statusText(status: string): string {
  return status === 'no-change' ? 'no change' : status;
}

/** Whether a part of a plan may be written, in a word or two. */
export const verdictTexts = { go: 'may go', wait: 'waits', refuse: 'refused' } as const;

/** Why a step is there, in a few words: "publication 277, Storage.WestUS". */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'publication':
      return `publication ${cause.changeNumber}, ${cause.tag}`;
    case 'released':
      return `hold ${cause.hold} released, ${cause.tag}`;
    case 'registry':
      return 'the tags or hosts that a registry needs changed';
    case 'held':
      return `hold ${cause.hold} open again, ${cause.tag}`;
    case 'config':
      return 'the config changed';
    case 'foreign':
      return 'not written by this service';
    case 'carried over':
      return 'added before causes were recorded';
    case 'first contact':
      return 'the first run on this target';
    case 'drift':
      return 'the target was changed outside this service';
    case 'joined':
      return 'prefixes are aggregated so that the list fits, or no longer are';
    case 'pin':
      return 'the lists are pinned to an earlier publication';
  }
}
