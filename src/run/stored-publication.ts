import { createHash } from 'node:crypto';
import type { Catalog } from '../core/publication/catalog.ts';
import type { Publication } from '../core/publication/publication.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import { StoredFormatError } from '../ports/store.ts';
import type { PlanContext } from './context.ts';

/**
 * The catalog of the publication in force, read again from what is stored; undefined if it is not kept, or can no longer
 * be read. Throws StoredFormatError for other bytes than those that were accepted.
 */
export async function catalogInForce(
  { publications }: Pick<PlanContext, 'publications'>,
  accepted: Publication | undefined,
): Promise<Catalog | undefined> {
  const bytes = accepted && (await publications.bytes(accepted.digest));
  if (!accepted || !bytes) return undefined;
  const { file, provenance, date, cloud, digest } = accepted;
  const read = readPublication(bytes, { file, provenance, firstSeen: date }, cloud);
  if (!read.ok) return undefined;
  if (read.publication.digest === digest) return read.catalog;
  throw new StoredFormatError(changed(file, digest));
}

/** Why kept bytes are not those that a person was shown by their digest; undefined if they are. */
export function whyNotKept(
  { file, digest }: { readonly file: string; readonly digest: string },
  bytes: Uint8Array,
  /** Digest of the content, where it could be read. */
  content: string | undefined,
): string | undefined {
  const own = content ?? `raw-${createHash('sha256').update(bytes).digest('hex')}`;
  return own === digest ? undefined : changed(file, digest);
}

function changed(file: string, digest: string): string {
  return `the kept bytes of ${file} do not have its digest ${digest}: they were changed in storage; restore the blob, or take the file from its source again`;
}
