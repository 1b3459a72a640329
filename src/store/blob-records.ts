import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { Records } from '../ports/store.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { saysPresent, storageCodeOf } from './storage-error.ts';
import { encodeStored } from './stored-json.ts';
import { withinTime } from './timed.ts';

/** Documents as blobs of a container with an immutability policy: each is written once, and never over another. */
export class BlobRecords implements Records {
  readonly #container: ContainerClient;
  readonly #scope: Scope;
  readonly #answerMilliseconds: number;

  constructor(container: ContainerClient, scope: Scope, answerMilliseconds: number) {
    this.#container = container;
    this.#scope = scope;
    this.#answerMilliseconds = answerMilliseconds;
  }

  async keep(name: string, value: object): Promise<void> {
    const bytes = Buffer.from(encodeStored(value));
    // A second attempt may have something else to say: that is kept too, beside the first.
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const path = blobPathOf(this.#scope, 'records', `${name}-${digest}`, '.json');
    try {
      await withinTime(this.#answerMilliseconds, `blob ${path}`, (abortSignal) =>
        this.#container.getBlockBlobClient(path).upload(bytes, bytes.length, {
          conditions: { ifNoneMatch: '*' },
          blobHTTPHeaders: { blobContentType: 'application/json' },
          abortSignal,
        }),
      );
    } catch (error) {
      // It was kept by an earlier attempt; under the policy the service answers so even before it looks at the condition.
      if (saysPresent(error) || storageCodeOf(error) === 'BlobImmutableDueToPolicy') return;
      throw error;
    }
  }
}
