/**
 * The whole address space of the histories: points, each an address or, where numbers must be large, a block that is
 * never cut. Arithmetic here shares nothing with the code under test.
 */
export interface Point {
  readonly text: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly first: bigint;
  readonly last: bigint;
  /** Addresses in it. */
  readonly size: number;
}

const widths = { ipv4: 32, ipv6: 128 } as const;

/** Where tags live: 64 addresses of each family, and four blocks of 2,048 for what must be large. */
export const window4 = { family: 'ipv4', base: value4('20.0.0.0'), bits: 6 } as const;
export const window6 = { family: 'ipv6', base: value6('2603:1030::'), bits: 6 } as const;
export const bigBlocks = ['20.64.0.0/21', '20.64.8.0/21', '20.64.16.0/21', '20.64.24.0/21'];
/** What no publication ever has: entries of other people. */
export const elsewhere = ['93.184.216.0/24', '200.7.8.9', '2a00:1450::/64'];
/** More than any list lets in. */
export const broad = ['0.0.0.0/1', '128.0.0.0/1', '20.0.0.0/8', '::/1'];

export const points: readonly Point[] = [
  ...inWindow(window4),
  ...inWindow(window6),
  ...[...bigBlocks, ...elsewhere].map(pointOf),
];
export const pointNamed = new Map(points.map((point) => [point.text, point]));

/** An aligned piece of a window, by its place and size. */
export interface Piece {
  readonly offset: number;
  readonly hostBits: number;
}

export function textOfPiece(
  { family, base, bits }: { family: 'ipv4' | 'ipv6'; base: bigint; bits: number },
  { offset, hostBits }: Piece,
): string {
  const size = 2 ** Math.min(hostBits, bits);
  const first = base + BigInt(Math.floor((offset % 2 ** bits) / size) * size);
  return `${format(family, first)}/${widths[family] - Math.log2(size)}`;
}

const known = new Map<string, readonly string[]>();

/** The points that an entry covers whole, by their texts: an address, a prefix or a range; none for any other text. */
export function pointsOf(entry: string): readonly string[] {
  let found = known.get(entry);
  if (found === undefined) {
    const range = rangeOf(entry);
    found =
      range === undefined
        ? []
        : points
            .filter(({ family, first, last }) => family === range.family && range.first <= first && last <= range.last)
            .map(({ text }) => text);
    known.set(entry, found);
  }
  return found;
}

export function allPoints(entries: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const entry of entries) for (const point of pointsOf(entry)) all.add(point);
  return all;
}

/** Addresses of one family in some points. */
export function sizeOf(some: Iterable<string>, family: Point['family']): number {
  let sum = 0;
  for (const text of some) {
    const point = pointNamed.get(text);
    if (point?.family === family) sum += point.size;
  }
  return sum;
}

function inWindow({ family, base, bits }: { family: 'ipv4' | 'ipv6'; base: bigint; bits: number }): Point[] {
  return Array.from({ length: 2 ** bits }, (_, offset) => {
    const value = base + BigInt(offset);
    return { text: format(family, value), family, first: value, last: value, size: 1 };
  });
}

function pointOf(text: string): Point {
  const range = rangeOf(text);
  if (range === undefined) throw new Error(`no range: ${text}`);
  return { text, ...range, size: range.family === 'ipv6' ? 1 : Number(range.last - range.first + 1n) };
}

function rangeOf(entry: string): Pick<Point, 'family' | 'first' | 'last'> | undefined {
  const family = entry.includes(':') ? 'ipv6' : 'ipv4';
  const value = family === 'ipv4' ? value4 : value6;
  if (!/^[0-9a-f:.]+([/-][0-9a-f:.]+)?$/.test(entry) || !/[.:]/.test(entry)) return undefined;
  const [start = '', end] = entry.split('-');
  if (end !== undefined) return { family, first: value(start), last: value(end) };
  const [address = '', length] = entry.split('/');
  const first = value(address);
  const free = widths[family] - (length === undefined ? widths[family] : Number(length));
  return { family, first, last: first + 2n ** BigInt(free) - 1n };
}

function value4(text: string): bigint {
  return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function value6(text: string): bigint {
  const [left = '', right] = text.split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function format(family: 'ipv4' | 'ipv6', value: bigint): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  // Of this window only the first two groups and the last one are not zero.
  const [high, low] = [value >> 96n, value & 0xffffn];
  const start = `${(high >> 16n).toString(16)}:${(high & 0xffffn).toString(16)}::`;
  return low === 0n ? start : `${start}${low.toString(16)}`;
}
