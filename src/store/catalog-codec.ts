import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { clouds } from '../core/publication/catalog.ts';
import type { TagHead } from '../core/publication/numeric-tag.ts';
import { packTags, unpackTags } from '../core/publication/packed-tags.ts';
import type { CatalogSnapshot } from '../core/publication/snapshot.ts';
import { StoredFormatError } from '../ports/store.ts';
import { SchemaError } from './schema.ts';

/**
 * The form of a snapshot of a catalog. It rises with every change of what is stored, and of what parseCatalog() makes of the same
 * bytes: snapshots of another form are made anew from the bytes.
 */
const form = 1;

/** Bytes of a snapshot once it is unpacked, at most: thirty times what a publication of 4 MB takes. */
const longest = 2 ** 25;

/** By hand: a snapshot has thousands of them, and is read where somebody waits. */
function isTagHead(value: unknown): value is TagHead {
  if (!Array.isArray(value) || value.length !== 4 || typeof value[0] !== 'string') return false;
  return value.every((item, i) => i === 0 || (Number.isSafeInteger(item) && item >= 0));
}

const count = z.number().int().min(0);
const head = z.object({
  digest: z.string(),
  bytes: z.string(),
  cloud: z.enum(clouds),
  changeNumber: count,
  regions: z.array(z.tuple([z.string(), z.string()])),
  notes: z.array(z.string()),
  setAside: z.array(z.string()),
  tags: z.custom<readonly TagHead[]>((value) => Array.isArray(value) && value.every(isTagHead)),
});
/**
 * `packed`: base64 of gzip of the head as a line of JSON and the columns of packTags(). Only the checksum of gzip is looked at: a check of
 * base64 takes longer than unpacking it.
 */
const stored = z.object({ form: z.literal(form), packed: z.string() });

/** A snapshot as a JSON value: a publication of 4 MB comes to some 0.4 MB. */
export function encodeSnapshot({ digest, bytes, catalog, setAside }: CatalogSnapshot): z.output<typeof stored> {
  const { cloud, changeNumber, regions, notes } = catalog;
  const { tags, columns } = packTags(catalog.tags.values());
  const first = JSON.stringify({
    digest,
    bytes,
    cloud,
    changeNumber,
    regions: [...regions],
    notes,
    setAside,
    tags,
  });
  return { form, packed: gzipSync(Buffer.concat([Buffer.from(`${first}\n`), columns])).toString('base64') };
}

/** What encodeSnapshot() made. Throws StoredFormatError for what is damaged or of an older form, SchemaError for a newer one. */
export function decodeSnapshot(value: object, where: string): CatalogSnapshot {
  if ('form' in value && typeof value.form === 'number' && value.form > form) {
    throw new SchemaError(`${where}: written by a newer version (form ${value.form}, this one reads ${form})`);
  }
  const outer = stored.safeParse(value);
  if (!outer.success) throw new StoredFormatError(`${where}: it is no snapshot of form ${form}`);
  try {
    const content = gunzipSync(Buffer.from(outer.data.packed, 'base64'), { maxOutputLength: longest });
    const end = content.indexOf('\n');
    const { tags, digest, bytes, setAside, regions, ...rest } = head.parse(
      JSON.parse(content.subarray(0, end).toString()),
    );
    const columns = content.subarray(end + 1);
    const catalog = { ...rest, tags: unpackTags({ tags, columns }), regions: new Map(regions) };
    return { digest, bytes, catalog, setAside };
  } catch (error) {
    throw new StoredFormatError(`${where}: it is damaged`, { cause: error });
  }
}
