import type { Effect } from './faults.ts';

/** One request as the parts of the simulation see it. */
export interface Call {
  readonly method: string;
  /** Path without query, percent-decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed body; undefined if there was none. */
  readonly body: unknown;
  /** Where the caller believes to be: what absolute URLs in answers begin with. */
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly fault: Effect | undefined;
}
