import type { Sets } from '../core/address/sets.ts';

/** What Azure's Service Tag Discovery API says. It lags the publications, lacks tags, and counts in a series of its own. */
interface Discovered {
  /** Its own changeNumber, as text: it says nothing about the publications'. */
  readonly changeNumber: string;
  /** Empty also where the identity may not read: the API answers 200 then. */
  readonly tags: ReadonlyMap<string, { readonly prefixes: Sets }>;
}

/** A second opinion on publications, never a source of them. */
export interface Discovery {
  /** Throws an error that says what to do where it cannot be asked or understood. */
  read(signal: AbortSignal): Promise<Discovered>;
}
