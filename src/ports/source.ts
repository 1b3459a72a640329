import type { z } from 'zod';
import type { Cloud } from '../core/publication/catalog.ts';
import type { Provenance } from '../core/publication/publication.ts';

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
}

/** A place publications come from. */
export interface Source {
  /** The newest file this source has. Throws SourceError. */
  fetch(signal: AbortSignal): Promise<Fetched>;
}

export interface SourceDefinition<C extends object = object> {
  readonly kind: string;
  readonly summary: string;
  readonly schema: z.ZodObject;
  open(config: C, context: { cloud: Cloud; now: () => Date }): Promise<Source>;
}
