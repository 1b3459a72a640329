import type { BlobLeaseClient, ContainerClient } from '@azure/storage-blob';
import type { Lease, Leases } from '../ports/store.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { creatingPlace, saysPresent, storageCodeOf, withinTime } from './requests.ts';

export interface LeaseTimes {
  /** 15 to 60, as Storage allows. */
  readonly seconds: number;
  readonly renewEveryMilliseconds: number;
  /** So long before its end it counts as lost: the last request that was started meanwhile gets done. */
  readonly marginMilliseconds: number;
}

/** A holder that dies blocks others for 20 s at most; three renewals may fail before a living one loses its lease. */
export const leaseTimes: LeaseTimes = { seconds: 20, renewEveryMilliseconds: 5_000, marginMilliseconds: 3_000 };

/** Leases on empty blobs, one a name. */
export class BlobLeases implements Leases {
  readonly #container: ContainerClient;
  readonly #scope: Scope;
  readonly #times: LeaseTimes;
  readonly #answerMilliseconds: number;

  constructor(container: ContainerClient, scope: Scope, times: LeaseTimes, answerMilliseconds: number) {
    this.#answerMilliseconds = answerMilliseconds;
    this.#container = container;
    this.#scope = scope;
    this.#times = times;
  }

  async acquire(name: string): Promise<Lease | undefined> {
    const blob = this.#container.getBlockBlobClient(blobPathOf(this.#scope, 'leases', name, '.lease'));
    const client = blob.getBlobLeaseClient();
    const call = <T>(request: (abortSignal: AbortSignal) => Promise<T>) =>
      withinTime(this.#answerMilliseconds, `lease ${name}`, request);
    for (let created = false; ; created = true) {
      const asked = performance.now();
      try {
        await call((abortSignal) => client.acquireLease(this.#times.seconds, { abortSignal }));
        return new HeldLease(client, call, this.#times, asked);
      } catch (error) {
        const code = storageCodeOf(error);
        if (code === 'LeaseAlreadyPresent') return undefined;
        if ((code !== 'BlobNotFound' && code !== 'ContainerNotFound') || created) throw error;
      }
      try {
        await creatingPlace(
          () => call((abortSignal) => blob.upload('', 0, { conditions: { ifNoneMatch: '*' }, abortSignal })),
          () => call((abortSignal) => this.#container.createIfNotExists({ abortSignal })),
        );
      } catch (error) {
        // Another process created it, and may even hold it: acquiring the lease again shows which.
        if (!saysPresent(error) && storageCodeOf(error) !== 'LeaseIdMissing') throw error;
      }
    }
  }
}

/** Answers that mean that this lease is lost for ever: held by another client, or by none. */
const lostCodes = new Set([
  'LeaseIdMismatchWithLeaseOperation',
  'LeaseIsBrokenAndCannotBeRenewed',
  'LeaseIsBreakingAndCannotBeAcquired',
  'LeaseNotPresentWithLeaseOperation',
  'LeaseLost',
  'BlobNotFound',
  'ContainerNotFound',
]);

type Call = <T>(request: (abortSignal: AbortSignal) => Promise<T>) => Promise<T>;

class HeldLease implements Lease {
  readonly #client: BlobLeaseClient;
  readonly #call: Call;
  readonly #times: LeaseTimes;
  readonly #lost = new AbortController();
  /** Aborted when it is lost or released: nothing is renewed from then on. */
  readonly #over = new AbortController();
  readonly #renewals: NodeJS.Timeout;
  #end: NodeJS.Timeout;
  #renewing: Promise<void> | undefined;

  constructor(client: BlobLeaseClient, call: Call, times: LeaseTimes, asked: number) {
    this.#client = client;
    this.#call = call;
    this.#times = times;
    this.#end = this.#endTimer(asked);
    this.#renewals = setInterval(() => {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = undefined;
      });
    }, times.renewEveryMilliseconds).unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    this.#stop();
    await this.#renewing;
    if (this.lost.aborted) return;
    try {
      await this.#call((abortSignal) => this.#client.releaseLease({ abortSignal }));
    } catch (error) {
      if (!lostCodes.has(storageCodeOf(error) ?? '')) throw error;
    }
  }

  /** Never rejects. A failure that says nothing about the lease is left to the next renewal, or the end of the time. */
  async #renew(): Promise<void> {
    const asked = performance.now();
    try {
      await this.#client.renewLease({ abortSignal: this.#over.signal });
      if (this.#over.signal.aborted) return;
      clearTimeout(this.#end);
      this.#end = this.#endTimer(asked);
    } catch (error) {
      if (lostCodes.has(storageCodeOf(error) ?? '')) this.#lose();
    }
  }

  /** Counts from when the request was made, so that our time ends before the one Storage counts. */
  #endTimer(asked: number): NodeJS.Timeout {
    const left = this.#times.seconds * 1000 - this.#times.marginMilliseconds - (performance.now() - asked);
    return setTimeout(() => this.#lose(), Math.max(0, left)).unref();
  }

  #lose(): void {
    this.#stop();
    this.#lost.abort(new Error('the lease was lost: it could not be renewed in time, or it was broken'));
  }

  #stop(): void {
    this.#over.abort();
    clearInterval(this.#renewals);
    clearTimeout(this.#end);
  }
}
