import type { DecisionRef } from './memory.ts';
import type { Cause, Direction } from './plan-types.ts';

/** What a change ticket says beside the plan: where each range comes from, what speaks against it, and the way back. */
export interface TicketFacts {
  /** Every step that is written, or would be once it is approved, is in exactly one of them. */
  readonly origins: readonly Origin[];
  /** Of what goes; none where nothing goes, or the publication of the run is not kept. */
  readonly risks: readonly RemovalRisk[];
  readonly rollback: readonly RollbackStep[];
}

/** Who asked for some ranges to come or go, and why. */
export interface Origin {
  readonly direction: Direction;
  readonly cause: Cause;
  /** Canonical prefixes or host names. */
  readonly ranges: readonly string[];
  /** Answers and approvals behind it, oldest first; none where nobody had to decide. */
  readonly decisions: readonly DecisionRef[];
  /** Of an edit of the config: who gave it, as far as its source says so. */
  readonly config?: { readonly hash: string; readonly authors: readonly string[]; readonly unknown: boolean };
  /** Of a released hold: what released it, and when, ISO 8601. */
  readonly released?: { readonly by: string; readonly at: string };
  /** Of a publication: the date of its file, ISO 8601; absent where it is not on record any more. */
  readonly publishedOn?: string;
}

/** What the publication in force says of ranges that go. */
export interface RemovalRisk {
  /** The tag that let them in; absent where none is known. */
  readonly tag?: string;
  readonly ranges: readonly string[];
  /**
   * Tags that have some of them: of a regional tag its parents, AzureCloud of the region and the service's global tag, also
   * where they have none; else those that have most of them.
   */
  readonly tags: readonly { readonly tag: string; readonly whole: boolean; readonly ranges: readonly string[] }[];
  /** In none of these tags. */
  readonly gone: readonly string[];
  /** ISO 8601: since when the first of them are in neither parent; absent where that was not followed. */
  readonly goneSince?: string;
}

/** One way to what was before, or to leave things as they are. */
export interface RollbackStep {
  /** `before`: while nothing is written. `after`: once it is. */
  readonly when: 'before' | 'after';
  /** A whole command; absent where it takes an edit of the config, or another hand. */
  readonly command?: string;
  /** Exceptions to write into a list of the config. */
  readonly edit?: { readonly list: string; readonly field: 'always' | 'never' };
  /** What it takes back; none where it is done by hand. */
  readonly ranges: readonly string[];
  /** What it does, one sentence. */
  readonly does: string;
}
