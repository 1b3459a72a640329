/** Mutual exclusion between processes, with an end: a holder that dies loses its lease within a minute. */
export interface Leases {
  /** Takes the lease, or gives undefined while somebody else holds it. It is renewed until released or lost. */
  acquire(name: string): Promise<Lease | undefined>;
}

export interface Lease {
  /** Aborted as soon as renewal fails: whoever holds the lease starts no further request then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}
