import type { Publications, StoredPublication } from '../ports/store.ts';
import type { Blobs } from './blobs.ts';
import { blobPathOf, keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

/**
 * Raw publications as blobs, each with a row of what is known of it. The row comes last: dying before it leaves a blob
 * that the next attempt writes again.
 */
export class BlobPublications implements Publications {
  readonly #rows: Rows;
  readonly #blobs: Blobs;
  readonly #scope: Scope;
  readonly #partition: string;

  constructor(rows: Rows, blobs: Blobs, scope: Scope) {
    this.#rows = rows;
    this.#blobs = blobs;
    this.#scope = scope;
    this.#partition = partitionOf(scope, 'publications');
  }

  async put(record: StoredPublication, bytes: Uint8Array): Promise<void> {
    const key = keyOf(record.digest);
    if (await this.#rows.has(this.#partition, key)) return;
    await this.#blobs.write(this.#path(record.digest), bytes);
    await this.#rows.insert(this.#partition, { key, value: { publication: record } });
  }

  async bytes(digest: string): Promise<Uint8Array | undefined> {
    return await this.#blobs.read(this.#path(digest));
  }

  async get(digest: string): Promise<StoredPublication | undefined> {
    const value = await this.#rows.get(this.#partition, keyOf(digest));
    return (value as { readonly publication: StoredPublication } | undefined)?.publication;
  }

  #path(digest: string): string {
    return blobPathOf(this.#scope, 'publications', digest, '.json');
  }
}
