import type * as z from 'zod';
import type { Sets } from '../core/address/sets.ts';
import type { Cloud } from '../core/publication/catalog.ts';
import type { Provenance } from '../core/publication/publication.ts';
import type { SecretRef } from './secret.ts';

/** Bytes that claim to be a publication, before anything in them was looked at. */
export interface Fetched {
  readonly bytes: Uint8Array;
  /** File name the bytes go by. */
  readonly file: string;
  readonly provenance: Provenance;
  /** What was odd on the way, for the run's record. */
  readonly notes: readonly string[];
}

/** Thrown when no way led to a file. Names every way that was tried and what it answered. */
export class SourceError extends Error {
  override name = 'SourceError';
  /** One sentence for each way that failed. */
  readonly tried: readonly string[];
  /** What to do, as imperatives without a full stop, where the ways say more than that they cannot be reached. */
  readonly next: readonly string[];

  constructor(message: string, tried: readonly string[] = [], next: readonly string[] = []) {
    super(message);
    this.tried = tried;
    this.next = next;
  }
}

/** A place publications come from. It fetches only: what is accepted is decided by who reads the bytes. */
export interface Source {
  /**
   * What this source has, best first, each fetched only when asked for: a caller that refuses one asks for the next. Every
   * failure is reported once: in the notes of the candidate that follows it, or in the SourceError thrown at the end when
   * ways failed after the last candidate or there was none. An aborted signal throws its reason.
   * @param lastGoodUrl where the last accepted publication came from, as one more way to try.
   */
  candidates(signal: AbortSignal, lastGoodUrl?: string): AsyncIterable<Fetched>;
  /**
   * What ways independent of the one that led to `taken` have now, to compare; absent if there is only one way. Ways that
   * fail are left out: nothing depends on them.
   */
  others?(signal: AbortSignal, taken: Fetched): AsyncIterable<Fetched>;
}

/** The first candidate; the ones after it are never fetched. Throws SourceError. */
export async function firstCandidate(source: Source, signal: AbortSignal, lastGoodUrl?: string): Promise<Fetched> {
  for await (const fetched of source.candidates(signal, lastGoodUrl)) return fetched;
  throw new SourceError('The source ended without a file and without an error, which no source may do.');
}

export interface SourceContext {
  readonly cloud: Cloud;
  readonly now: () => Date;
  /** Waits between attempts; the real clock if absent. Rejects with the signal's reason when that is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Jitter, 0 to 1; Math.random if absent. */
  readonly random?: () => number;
  /** The secret behind a reference. Throws SecretError. */
  readonly secret: (ref: SecretRef) => string;
}

/** What a kind of source declares. Importing a definition loads no SDK and no HTTP client; open() does. */
export interface SourceDefinition<C extends object = object> {
  readonly kind: string;
  /** One sentence for the docs table. */
  readonly summary: string;
  /** Fields of this kind beside `kind`. Strict: unknown keys are errors. */
  readonly schema: z.ZodObject;
  open(config: C, context: SourceContext): Promise<Source>;
}

/** What Azure's Service Tag Discovery API says. It lags the publications, lacks tags, and counts in a series of its own. */
interface Discovered {
  /** Its own changeNumber, as text: it says nothing about the publications'. */
  readonly changeNumber: string;
  /** Empty also where the identity may not read: the API answers 200 then. */
  readonly tags: ReadonlyMap<string, { readonly prefixes: Sets }>;
  /** Tags with a prefix that cannot be read, and what is wrong with it: they cannot be compared. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** A second opinion on publications, never a source of them. */
export interface Discovery {
  /** Throws an error that says what to do where it cannot be asked or understood. */
  read(signal: AbortSignal): Promise<Discovered>;
}
