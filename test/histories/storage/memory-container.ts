import { randomUUID } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { Line } from './line.ts';
import { StorageAnswer } from './storage-answer.ts';

interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly etag: string;
  /** Milliseconds. */
  readonly writtenAt: number;
  readonly lease?: { readonly id: string; readonly until: number; readonly broken?: true };
}

interface UploadOptions {
  readonly conditions?: { readonly ifNoneMatch?: string; readonly ifMatch?: string };
  readonly metadata?: Record<string, string>;
}

/** One blob container of an account. `now`: milliseconds, for the end of leases and the age of blobs. */
export class MemoryContainer {
  readonly #blobs = new Map<string, StoredBlob>();
  readonly #now: () => number;
  #exists = false;
  #writes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Every blob in it, by name. */
  *blobs(): Generator<readonly [string, Uint8Array]> {
    for (const [name, { bytes }] of this.#blobs) yield [name, bytes];
  }

  /** A client of it, over a line. Answers as Storage does, as far as this project asks. */
  client(line: Line): ContainerClient {
    const client = {
      createIfNotExists: () =>
        line.pass(() => {
          this.#exists = true;
        }),
      getBlockBlobClient: (name: string) => this.#blob(name, line),
      listBlobsFlat: ({ prefix }: { prefix: string }) => this.#list(prefix, line),
    };
    return client as unknown as ContainerClient;
  }

  /** Ends every lease on blobs whose names begin so, as a person may in the portal. */
  breakLeases(prefix: string): void {
    for (const [name, blob] of this.#blobs) {
      if (name.startsWith(prefix) && blob.lease) {
        this.#blobs.set(name, { ...blob, lease: { ...blob.lease, until: 0, broken: true } });
      }
    }
  }

  #blob(name: string, line: Line) {
    const found = (): StoredBlob => {
      this.#mustExist();
      const blob = this.#blobs.get(name);
      if (blob === undefined) throw StorageAnswer.of(404, 'BlobNotFound');
      return blob;
    };
    return {
      upload: (bytes: Uint8Array | string, _length: number, options: UploadOptions = {}) =>
        line.pass(() => this.#upload(name, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, options)),
      download: async () => {
        const { bytes, etag } = await line.pass(found);
        return { readableStreamBody: ReadableOnce.of(bytes), etag };
      },
      delete: ({ conditions }: { conditions?: { readonly ifMatch?: string } } = {}) =>
        line.pass(() => this.#delete(name, conditions?.ifMatch, found())),
      getProperties: async () => ({ metadata: (await line.pass(found)).metadata ?? {} }),
      getBlobLeaseClient: () => this.#lease(name, line, found),
    };
  }

  async *#list(prefix: string, line: Line) {
    const found = await line.pass(() => {
      this.#mustExist();
      return [...this.#blobs].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    });
    for (const [name, { bytes, etag, writtenAt }] of found) {
      yield { name, properties: { contentLength: bytes.length, lastModified: new Date(writtenAt), etag } };
    }
  }

  #delete(name: string, etag: string | undefined, { etag: now }: StoredBlob): void {
    if (etag !== undefined && etag !== now) throw StorageAnswer.of(412, 'ConditionNotMet');
    this.#blobs.delete(name);
  }

  #upload(name: string, bytes: Uint8Array, { conditions, metadata }: UploadOptions): void {
    this.#mustExist();
    const before = this.#blobs.get(name);
    if (before !== undefined && conditions?.ifNoneMatch === '*') throw StorageAnswer.of(409, 'BlobAlreadyExists');
    const { ifMatch } = conditions ?? {};
    if (ifMatch !== undefined && ifMatch !== before?.etag) throw StorageAnswer.of(412, 'ConditionNotMet');
    if (before?.lease && before.lease.until > this.#now()) throw StorageAnswer.of(412, 'LeaseIdMissing');
    const etag = `"${++this.#writes}"`;
    this.#blobs.set(name, { bytes: Uint8Array.from(bytes), metadata, etag, writtenAt: this.#now() });
  }

  #lease(name: string, line: Line, found: () => StoredBlob) {
    const id = randomUUID();
    const take = (blob: StoredBlob, seconds: number): void => {
      this.#blobs.set(name, { ...blob, lease: { id, until: this.#now() + seconds * 1_000 } });
    };
    const own = (blob: StoredBlob): void => {
      if (blob.lease?.id !== id) throw StorageAnswer.of(409, 'LeaseIdMismatchWithLeaseOperation');
    };
    let length = 0;
    return {
      acquireLease: (seconds: number) =>
        line.pass(() => {
          const blob = found();
          const { lease } = blob;
          if (lease && lease.until > this.#now() && lease.id !== id) {
            throw StorageAnswer.of(409, 'LeaseAlreadyPresent');
          }
          length = seconds;
          take(blob, seconds);
        }),
      renewLease: () =>
        line.pass(() => {
          const blob = found();
          own(blob);
          if (blob.lease?.broken) throw StorageAnswer.of(409, 'LeaseIsBrokenAndCannotBeRenewed');
          take(blob, length);
        }),
      releaseLease: () =>
        line.pass(() => {
          const blob = found();
          own(blob);
          const { lease: _, ...rest } = blob;
          this.#blobs.set(name, rest);
        }),
    };
  }

  #mustExist(): void {
    if (!this.#exists) throw StorageAnswer.of(404, 'ContainerNotFound');
  }
}

/** A body that comes in one piece. */
const ReadableOnce = {
  of(bytes: Uint8Array) {
    return {
      async *[Symbol.asyncIterator]() {
        yield bytes;
      },
    };
  },
};
