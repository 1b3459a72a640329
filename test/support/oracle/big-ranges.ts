import { createHash } from 'node:crypto';

/** A range of one family: which, first, last. */
type Range = readonly [bits: 32 | 128, first: bigint, last: bigint];

/**
 * What addresses prefixes hold, worked out the slow and plain way with whole numbers, sharing no code with what is measured. Takes
 * any spelling of an address.
 */
export function rangesOf(prefixes: Iterable<string>): Range[] {
  const sorted = [...prefixes].map(rangeOf).sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
  const joined: Range[] = [];
  for (const [bits, first, last] of sorted) {
    const before = joined.at(-1);
    if (before === undefined || before[0] !== bits || first > before[2] + 1n) joined.push([bits, first, last]);
    else if (last > before[2]) joined[joined.length - 1] = [bits, before[1], last];
  }
  return joined;
}

/** What `ranges` have and `others` have not. Both as rangesOf() gives them. */
export function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  const left: Range[] = [];
  let from = 0;
  for (const [bits, first, last] of ranges) {
    let low = first;
    while (from < others.length && isBelow(others[from] as Range, bits, first)) from++;
    for (let i = from; i < others.length && low <= last; i++) {
      const [family, start, end] = others[i] as Range;
      if (family !== bits || start > last) break;
      if (start > low) left.push([bits, low, start - 1n]);
      if (end >= low) low = end + 1n;
    }
    if (low <= last) left.push([bits, low, last]);
  }
  return left;
}

function isBelow([family, , last]: Range, bits: number, first: bigint): boolean {
  return family < bits || (family === bits && last < first);
}

/** One text for all addresses of an answer, whatever prefixes it gives them in. */
export function fingerprint(parts: Iterable<readonly Range[]>): string {
  const hash = createHash('sha256');
  for (const ranges of parts) hash.update(`${ranges.map((range) => range.join('-')).join(' ')}\n`);
  return hash.digest('hex');
}

function rangeOf(prefix: string): Range {
  const [address = '', length] = prefix.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 32 ? ipv4(address) : ipv6(address);
  const size = 1n << BigInt(bits - Number(length ?? bits));
  const first = (value / size) * size;
  return [bits, first, first + size - 1n];
}

function ipv4(address: string): bigint {
  return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function ipv6(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
