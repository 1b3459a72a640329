import type { Fetched } from '../../../src/ports/source.ts';
import { makeCatalogBytes } from '../../support/catalog.ts';
import { pointNamed } from './universe.ts';

/** Points by tag. */
export type Tags = ReadonlyMap<string, ReadonlySet<string>>;

/** A publication of a history. */
export interface Edition {
  readonly number: number;
  /** ISO 8601. */
  readonly date: string;
  readonly tags: Tags;
}

/** The file of it, as a source would deliver it. */
export function fileOf({ number, date, tags }: Edition): Fetched {
  const file = `ServiceTags_Public_${date.replaceAll('-', '')}.json`;
  const bytes = makeCatalogBytes({
    changeNumber: number,
    tags: Object.fromEntries([...tags].map(([tag, some]) => [tag, prefixesOf(some)])),
    tagChangeNumbers: Object.fromEntries([...tags].map(([tag]) => [tag, number])),
  });
  return {
    bytes,
    file,
    provenance: { via: 'memory', url: `https://example.test/${file}`, fetchedAt: `${date}T00:00:00.000Z` },
    notes: [],
  };
}

const widths = { ipv4: 32, ipv6: 128 } as const;
/** Texts that were made before; emptied when full, so that a long play stays small. */
const known = new Map<string, string[]>();
const maxKnown = 10_000;

/** The fewest prefixes for some points, in the order of publications. */
export function prefixesOf(some: Iterable<string>): string[] {
  const names = [...some].sort();
  const key = names.join();
  const found = known.get(key) ?? make(names);
  if (known.size >= maxKnown) known.clear();
  known.set(key, found);
  return found;
}

function make(names: readonly string[]): string[] {
  const ranges = names
    .flatMap((name) => pointNamed.get(name) ?? [])
    .sort((a, b) => (a.family === b.family ? (a.first < b.first ? -1 : 1) : a.family < b.family ? -1 : 1))
    .map(({ family, first, last }) => ({ family, first, size: last - first + 1n, text: format(family, first) }));
  for (let i = 0; i + 1 < ranges.length; ) {
    const [one, next] = [ranges[i], ranges[i + 1]];
    if (
      one &&
      next &&
      one.family === next.family &&
      one.size === next.size &&
      one.first + one.size === next.first &&
      one.first % (one.size * 2n) === 0n
    ) {
      ranges.splice(i, 2, { ...one, size: one.size * 2n });
      i = Math.max(0, i - 1);
    } else i++;
  }
  return ranges.map(({ family, size, text }) => `${text}/${widths[family] - (size.toString(2).length - 1)}`);
}

function format(family: 'ipv4' | 'ipv6', first: bigint): string {
  for (const point of pointNamed.values()) {
    if (point.family === family && point.first === first) return point.text.replace(/\/.*/, '');
  }
  throw new Error(`no point begins at ${first}`);
}
