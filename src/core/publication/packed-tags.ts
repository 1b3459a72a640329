import { type ByFamily, bitsOf, type Family } from '../address/family.ts';
import type { Tag } from './catalog.ts';
import { type Columns, limbsOf, numbersOf, type Prefixes, type TagHead, tagsOf } from './numeric-tag.ts';

/** Tags as numbers. */
export interface PackedTags {
  /** In the order of the file. */
  readonly tags: readonly TagHead[];
  /**
   * The prefixes of all tags, one tag after the other, in columns, which compress well: the words of the IPv4 addresses
   * (32 bits, little-endian), their lengths (a byte each), the first words of the IPv6 addresses, their second, third and
   * fourth ones, their lengths.
   */
  readonly columns: Uint8Array;
}

/** Tags as a publication was read, as numbers. */
export function packTags(tags: Iterable<Tag>): PackedTags {
  const heads: TagHead[] = [];
  const all: ByFamily<Prefixes[]> = { ipv4: [], ipv6: [] };
  for (const tag of tags) {
    const { ipv4, ipv6 } = numbersOf(tag);
    all.ipv4.push(ipv4);
    all.ipv6.push(ipv6);
    heads.push([tag.name, tag.changeNumber, ipv4.count, ipv6.count]);
  }
  return { tags: heads, columns: Buffer.concat([...columnsOf('ipv4', all.ipv4), ...columnsOf('ipv6', all.ipv6)]) };
}

function columnsOf(family: Family, parts: readonly Prefixes[]): Uint8Array[] {
  const limbs = limbsOf(family);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const columns = new Uint32Array(limbs * total);
  const allLengths = new Uint8Array(total);
  let at = 0;
  for (const { words, lengths, from, count } of parts) {
    allLengths.set(lengths.subarray(from, from + count), at);
    for (let i = from; i < from + count; i++, at++) {
      for (let k = 0; k < limbs; k++) columns[k * total + at] = words[i * limbs + k] as number;
    }
  }
  return [new Uint8Array(columns.buffer), allLengths];
}

/** The tags that packTags() made numbers of. Throws RangeError for numbers that are none of prefixes. */
export function unpackTags({ tags, columns }: PackedTags): ReadonlyMap<string, Tag> {
  const sums = { ipv4: 0, ipv6: 0 };
  for (const [, , ipv4, ipv6] of tags) {
    sums.ipv4 += ipv4;
    sums.ipv6 += ipv6;
  }
  const bytesOf = (family: Family) => sums[family] * (limbsOf(family) * 4 + 1);
  if (columns.length !== bytesOf('ipv4') + bytesOf('ipv6')) {
    throw new RangeError(`expected ${bytesOf('ipv4') + bytesOf('ipv6')} bytes of prefixes, got ${columns.length}`);
  }
  const unpacked = tagsOf(tags, {
    ipv4: readColumns('ipv4', columns.subarray(0, bytesOf('ipv4')), sums.ipv4),
    ipv6: readColumns('ipv6', columns.subarray(bytesOf('ipv4')), sums.ipv6),
  });
  if (unpacked.size !== tags.length) throw new RangeError('expected every tag once, got one twice');
  return unpacked;
}

function readColumns(family: Family, bytes: Uint8Array, count: number): Columns {
  const limbs = limbsOf(family);
  const columns = new Uint32Array(limbs * count);
  // Copied: the bytes need not begin where words may.
  new Uint8Array(columns.buffer).set(bytes.subarray(0, limbs * count * 4));
  const words = limbs === 1 ? columns : new Uint32Array(limbs * count);
  if (limbs > 1) {
    for (let k = 0; k < limbs; k++)
      for (let i = 0; i < count; i++) words[i * limbs + k] = columns[k * count + i] as number;
  }
  const lengths = bytes.slice(limbs * count * 4);
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, lengths[i] as number);
  if (longest > bitsOf(family)) throw new RangeError(`expected lengths up to ${bitsOf(family)}, got ${longest}`);
  return { words, lengths };
}
