import type { Catalog } from './catalog.ts';
import { rawDigest } from './digest.ts';
import type { FileRead } from './read-publication.ts';

/** What a kept file says, as reading its bytes anew would give it. It is derived, and made again where it is lost. */
export interface CatalogSnapshot {
  /** Digest of the publication. */
  readonly digest: string;
  /** rawDigest() of the bytes that it was read from. */
  readonly bytes: string;
  /** The sound tags. */
  readonly catalog: Catalog;
  /** Names of the tags that cannot be believed. */
  readonly setAside: readonly string[];
}

/** A snapshot as it was looked for. */
export interface StoredSnapshot {
  readonly snapshot?: CatalogSnapshot;
  /** A newer version wrote the one that is there: it is not to be written over. */
  readonly newer?: true;
}

/** The snapshot of a file that was read. */
export function snapshotOf({ publication, catalog, setAside }: FileRead, bytes: Uint8Array): CatalogSnapshot {
  return { digest: publication.digest, bytes: rawDigest(bytes), catalog, setAside: [...(setAside?.keys() ?? [])] };
}
