import { bitsOf } from '../../../src/core/address/family.ts';
import { familyOf } from '../../../src/core/address/prefix.ts';
import { scanPrefix } from '../../../src/core/address/scan-prefix.ts';
import { prefixesOf, setsOf, subtract } from '../../../src/core/address/sets.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import { diffCatalogs } from '../../../src/core/publication/diff.ts';
import { hasTexts } from '../../../src/core/publication/numeric-tag.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../src/store/catalog-codec.ts';

/** Reads prefixes to numbers, as parsing a file does. */
export function readAll(texts: readonly string[]): Uint32Array {
  const address = new Uint32Array(bitsOf('ipv6') / 32);
  for (const text of texts) {
    if (scanPrefix(familyOf(text), text, address, 0) < 0) throw new Error(`expected a prefix, got ${text}`);
  }
  return address;
}

export function aggregate(texts: readonly string[]): string[] {
  return prefixesOf(setsOf(texts));
}

export function gainedAndLost(before: readonly string[], after: readonly string[]): [string[], string[]] {
  // As diffCatalogs() does: most tags are as they were.
  if (hasTexts(before, after)) return [[], []];
  const [had, has] = [setsOf(before), setsOf(after)];
  return [prefixesOf(subtract(has, had)), prefixesOf(subtract(had, has))];
}

export function parse(bytes: Uint8Array, known?: Catalog): Catalog {
  const read = parseCatalog(bytes, known?.tags);
  if (!read.ok) throw new Error(`expected a sound file, got ${read.issues.length} issues`);
  return read.catalog;
}

export function changesOf(before: Catalog, after: Catalog) {
  return diffCatalogs(before, after).map(({ tag, gained, lost }) => ({ tag, change: [gained, lost] as const }));
}

/** A file as its snapshot is kept. */
export function stored(bytes: Uint8Array): object {
  return encodeSnapshot({ digest: '', bytes: '', catalog: parse(bytes), setAside: [] });
}

/** What a new file changes, by the snapshot of the one before. */
export function changesSince(snapshot: object, bytes: Uint8Array) {
  const { catalog } = decodeSnapshot(snapshot, 'bench');
  return changesOf(catalog, parse(bytes, catalog));
}
