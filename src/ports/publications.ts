import type { Provenance, Publication } from '../core/publication/publication.ts';

/** Raw publications as received, by digest; refused files too, so that a person can look at them and accept them. */
export interface Publications {
  /** Keeps the bytes and what is known of them. The same digest again changes nothing. */
  put(record: StoredPublication, bytes: Uint8Array): Promise<void>;
  /** The bytes, or undefined if this digest was never kept. */
  bytes(digest: string): Promise<Uint8Array | undefined>;
  get(digest: string): Promise<StoredPublication | undefined>;
}

/**
 * `digest` is the canonical content's for a file that parsed, else `raw-` and the sha256 of its bytes.
 */
export interface StoredPublication {
  readonly digest: string;
  readonly file: string;
  readonly firstSeen: string;
  readonly status: 'accepted' | 'refused' | 'waiting';
  readonly publication?: Publication;
  /** Where it came from; of a file that did not parse this is all there is. */
  readonly provenance?: Provenance;
  /** Why it was refused or waits. */
  readonly reasons: readonly string[];
}
