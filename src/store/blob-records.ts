import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { Runs } from '../ports/runs.ts';
import type { Controls, Records } from '../ports/store.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { saysPresent, storageCodeOf, withinTime } from './requests.ts';
import { encodeStored } from './schema.ts';
import { storedDecision } from './stored-decision.ts';

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

/** Runs whose plans are kept before they are recorded, and whose end is kept before they are closed. */
export function recordedRuns(runs: Runs, records: Records): Runs {
  return over(runs, {
    async record(intent, plans) {
      // What cannot be kept is not done: nothing is written before this.
      await records.keep(`${intent.run}-plans`, { intent, plans });
      return runs.record(intent, plans);
    },
    async close(run, closing) {
      const [id, record] = typeof run === 'string' ? [run, await runs.get(run)] : [run.intent.run, run];
      await records.keep(`${id}-closed`, { run: id, closing, outcomes: record?.outcomes ?? [] });
      return runs.close(run, closing);
    },
  });
}

/** Decisions that are kept as records before they take effect. */
export function recordedControls(controls: Controls, records: Records): Controls {
  return over(controls, {
    async append(word) {
      await records.keep(`word-${word.id}`, { word: storedDecision(word) });
      return controls.append(word);
    },
  });
}

/** An object of which some methods are others. */
function over<T extends object>(of: T, methods: Partial<T>): T {
  return new Proxy(of, {
    get(target, key) {
      const own: unknown = Reflect.get(methods, key);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
