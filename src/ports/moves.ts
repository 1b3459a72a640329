import type { Entries } from '../core/plan/entries.ts';
import type { Move } from '../core/plan/memory.ts';

/** Append-only: how each range came into what is ours in a target, and how it went; found by range, not by run. */
export interface Moves {
  /** Appends; the same moves again are not doubled. */
  append(moves: readonly Move[]): Promise<void>;
  /**
   * Those at `until` (ISO 8601) or before that are about some of the entries, newest first: of each entry the newest at
   * least. Entries broader than a /8 (of IPv6 a /16) are found in moves as broad as that alone.
   */
  latest(query: { readonly target: string; readonly of: Entries; readonly until: string }): Promise<readonly Move[]>;
}
