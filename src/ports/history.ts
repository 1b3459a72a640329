import type { Cause } from '../core/plan/plan-types.ts';

/** One range that went into or out of a target, verified. */
export interface Change {
  readonly target: string;
  readonly list: string;
  readonly run: string;
  readonly at: string;
  readonly direction: 'add' | 'remove';
  readonly prefix: string;
  readonly cause: Cause;
  /** Ids of the decisions that let it go; absent if none did. */
  readonly decisions?: readonly string[];
}

/** Append-only: what was in a target on a day, and why. */
export interface History {
  /** Appends; the same change of the same run again is not doubled. */
  append(changes: readonly Change[]): Promise<void>;
  /** Newest first. */
  list(query: { target?: string; most: number }): Promise<readonly Change[]>;
}
