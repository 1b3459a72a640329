import type { Deadline, Freshness } from '../publication/freshness.ts';

/** `suspect`: a file that was not accepted would add addresses to a tag that some list selects. */
export type SourceFreshness = Freshness | 'suspect';

/** What is remembered of the source between runs. Part of the ledger, so it changes together with it, exactly once. */
export interface SourceState {
  readonly freshness: SourceFreshness;
  /** Since when it is so, ISO 8601. */
  readonly since: string;
  /** The file that makes it suspect. */
  readonly suspect?: SuspectFile;
  /** Since when no way leads to a file, ISO 8601; absent while one does. */
  readonly unreachableSince?: string;
  /** Addresses that publications announced lately, and files that were not accepted. */
  readonly gains: readonly AnnouncedGain[];
  /** Ids of the decisions on files that were applied already. */
  readonly wordsTaken: readonly string[];
}

/** Addresses that a file would add, had it been accepted. */
export interface SuspectFile {
  readonly digest: string;
  readonly file: string;
  /** ISO 8601 date. */
  readonly date: string;
  readonly changeNumber: number;
}

/** What one publication adds to one tag, until it cannot matter any more. */
export interface AnnouncedGain extends Deadline {
  readonly tag: string;
  readonly digest: string;
  readonly changeNumber: number;
  /** Canonical CIDR, minimal. */
  readonly prefixes: readonly string[];
  /** ISO 8601: when we first knew of it. */
  readonly since: string;
  /** The file that announces it, if that was not accepted: its ranges are in no list. */
  readonly notAccepted?: string;
}

export interface Check {
  /** Who was asked: `latest`, `mirror`, `discovery-api`. */
  readonly way: string;
  /** ISO 8601. */
  readonly at: string;
  /** What came of it, in a form that is equal for equal findings. */
  readonly finding: string;
}

export function newSourceState(now: Date): SourceState {
  return { freshness: 'fresh', since: now.toISOString(), gains: [], wordsTaken: [] };
}
