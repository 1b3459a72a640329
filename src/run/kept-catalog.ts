import { messageOf } from '../core/errors.ts';
import type { Issue } from '../core/publication/catalog.ts';
import { rawDigest } from '../core/publication/digest.ts';
import type { KnownTags } from '../core/publication/parse.ts';
import type { Publication } from '../core/publication/publication.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import { type CatalogSnapshot, type StoredSnapshot, snapshotOf } from '../core/publication/snapshot.ts';
import type { ReadTags } from '../core/tag-sizes/sizes.ts';
import type { Publications } from '../ports/store.ts';
import type { Log, RunContext } from './context.ts';
import { whyNotKept } from './stored-publication.ts';

/** A kept file by what names it. */
type Named = Pick<Publication, 'digest' | 'file'>;

type Asked = Pick<RunContext, 'loaded' | 'log'> & {
  readonly publications: Pick<Publications, 'bytes' | 'snapshot' | 'putSnapshot'>;
};

/** What a kept file says; or why it says nothing. */
type KeptTags =
  | ({ readonly kind: 'read' } & ReadTags)
  /** Its bytes are those that were kept, and are no publication of this cloud. */
  | { readonly kind: 'unreadable'; readonly issues: readonly Issue[] }
  | { readonly kind: 'gone' }
  | { readonly kind: 'changed'; readonly why: string };

/**
 * What a kept file says: by its snapshot, else by its bytes, of which a snapshot is kept for the next reader.
 * @param known as for parseCatalog().
 */
export async function keptTags(asked: Asked, named: Named, known?: KnownTags): Promise<KeptTags> {
  const { publications, loaded } = asked;
  const { snapshot, newer } = await publications.snapshot(named.digest);
  if (snapshot?.catalog.cloud === loaded.config.cloud) return { kind: 'read', ...tagsOf(snapshot) };
  const bytes = await publications.bytes(named.digest);
  return bytes === undefined ? { kind: 'gone' } : readBytes(asked, named, bytes, newer, known);
}

/** Whether bytes are those that were kept: undefined, or why they are not. A snapshot says so without a reading. */
export async function whyChanged(
  asked: Asked,
  named: Named,
  bytes: Uint8Array,
  { snapshot, newer }: StoredSnapshot,
): Promise<string | undefined> {
  const raw = rawDigest(bytes);
  if (raw === named.digest || raw === snapshot?.bytes) return undefined;
  const read = await readBytes(asked, named, bytes, newer);
  return read.kind === 'changed' ? read.why : undefined;
}

async function readBytes(
  { publications, loaded, log }: Asked,
  named: Named,
  bytes: Uint8Array,
  newer: true | undefined,
  known?: KnownTags,
): Promise<KeptTags> {
  // Name and origin are of no account for what a file holds, but for the cloud in its name.
  const origin = { file: named.file, firstSeen: '', provenance: { via: 'store', url: '', fetchedAt: '' } };
  const read = readPublication(bytes, origin, loaded.config.cloud, known);
  const why = whyNotKept(named, bytes, read.ok ? read.publication.digest : undefined);
  if (why !== undefined) return { kind: 'changed', why };
  if (!read.ok) return { kind: 'unreadable', issues: read.issues };
  const snapshot = snapshotOf(read, bytes);
  if (!newer) await tryKeepSnapshot(publications, snapshot, log);
  return { kind: 'read', ...tagsOf(snapshot) };
}

/** Never fails: what is derived must not hold up what it is derived from. */
export async function tryKeepSnapshot(
  publications: Pick<Publications, 'putSnapshot'>,
  snapshot: CatalogSnapshot,
  log: Log,
): Promise<void> {
  try {
    await publications.putSnapshot(snapshot);
  } catch (error) {
    log('the snapshot of a catalog waits for the next reader', { digest: snapshot.digest, error: messageOf(error) });
  }
}

function tagsOf({ catalog, setAside }: CatalogSnapshot): ReadTags {
  return { catalog, setAside: new Set(setAside) };
}
