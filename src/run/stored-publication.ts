import type { Ledger } from '../core/judge/ledger.ts';
import { type Catalog, regionOf, serviceOf, type Tag } from '../core/publication/catalog.ts';
import { rawDigest } from '../core/publication/digest.ts';
import type { Publication } from '../core/publication/publication.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import type { Before } from '../core/publication/take-file.ts';
import { StoredFormatError } from '../ports/store.ts';
import type { Log, PlanContext } from './context.ts';

type Stored = Pick<PlanContext, 'publications'>;

/**
 * The catalog of the publication in force, read again from what is stored, with each tag from the file that it is in force by;
 * undefined if the publication is not kept, or can no longer be read. Throws StoredFormatError for other bytes than those
 * that were accepted.
 */
export async function catalogInForce(
  { publications }: Stored,
  accepted: Publication | undefined,
): Promise<Catalog | undefined> {
  const own = accepted && (await readKept(publications, accepted, accepted));
  if (!accepted || !own) return undefined;
  const { tagsFrom } = accepted;
  if (tagsFrom === undefined) return own;
  const tags = new Map(own.tags);
  const others = new Map<string, Catalog | undefined>();
  for (const { tag, from } of tagsFrom) {
    if (from && !others.has(from.digest)) others.set(from.digest, await readKept(publications, from, accepted));
    const as = from && others.get(from.digest)?.tags.get(tag);
    if (as) tags.set(tag, as);
    else tags.delete(tag);
  }
  return { ...own, tags };
}

/** The sound tags of a kept file. What is of no account for them, such as its date, is taken from the one in force. */
async function readKept(
  publications: Stored['publications'],
  { digest, file }: Pick<Publication, 'digest' | 'file'>,
  { provenance, date, cloud }: Publication,
): Promise<Catalog | undefined> {
  const { snapshot } = await publications.snapshot(digest);
  if (snapshot?.catalog.cloud === cloud) return snapshot.catalog;
  const bytes = await publications.bytes(digest);
  if (!bytes) return undefined;
  const read = readPublication(bytes, { file, provenance, firstSeen: date }, cloud);
  if (read.catalog?.cloud !== cloud) return undefined;
  const why = whyNotKept({ file, digest }, bytes, read.ok ? read.publication.digest : undefined);
  if (why !== undefined) throw new StoredFormatError(why);
  return read.catalog;
}

/** As catalogInForce(); kept bytes that were changed say nothing, and stop no publication. */
export async function tryCatalogInForce(
  context: Stored & { readonly log: Log },
  accepted: Publication | undefined,
): Promise<Catalog | undefined> {
  try {
    return await catalogInForce(context, accepted);
  } catch (error) {
    if (!(error instanceof StoredFormatError)) throw error;
    context.log('the publication in force cannot be read again', { why: error.message });
    return undefined;
  }
}

/**
 * What is in force before a file is taken.
 * @param stored the catalog in force, as far as it could be read again. The tags of the ledger are as that has them: what is
 * watched is known whatever becomes of kept files.
 */
export function beforeOf({ accepted, tags: rows }: Ledger, stored: Catalog | undefined): Before {
  if (!accepted) return {};
  const tags = new Map<string, Tag>(stored?.tags);
  for (const [name, row] of rows) {
    tags.set(name, {
      name,
      service: serviceOf(name),
      region: regionOf(name),
      changeNumber: row.changeNumber,
      published: row.publishedPrefixes,
      prefixes: row.published,
    });
    if (row.vanished) tags.delete(name);
  }
  const { cloud, changeNumber } = accepted;
  return { publication: accepted, catalog: { cloud, changeNumber, regions: new Map(), notes: [], ...stored, tags } };
}

/** Why kept bytes are not those that a person was shown by their digest; undefined if they are. */
export function whyNotKept(
  { file, digest }: Pick<Publication, 'file' | 'digest'>,
  bytes: Uint8Array,
  /** Digest of the content, where it could be read. */
  content: string | undefined,
): string | undefined {
  return content === digest || rawDigest(bytes) === digest ? undefined : changed(file, digest);
}

function changed(file: string, digest: string): string {
  return `the kept bytes of ${file} do not have its digest ${digest}: they were changed in storage; restore the blob, or take the file from its source again`;
}
