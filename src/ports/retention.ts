/** What was removed in one go. */
export interface Removed {
  /** How many runs, notices or devices. */
  readonly count: number;
  /** Whether there is more of the kind. */
  readonly left: boolean;
}

/**
 * Removes what is past its time from the tables, the oldest first and a bounded number at once. Safe to repeat: a process that
 * dies leaves a part, which the next call removes.
 */
export interface Retention {
  /**
   * Whole plans of closed runs that began before `before` (ISO 8601), at most of `most` runs. The `newest` runs keep theirs,
   * however old they are. Each run says from then on that it had some.
   */
  removePlans(what: { readonly before: string; readonly newest: number; readonly most: number }): Promise<Removed>;
  /** Since when the plans of a run are no longer kept, ISO 8601; undefined while they are, and for a run that had none. */
  plansRemoved(run: string): Promise<string | undefined>;
  /**
   * Notices of runs that are done and older than `before`, `most` at once. What belongs to no run stays: it says that this was
   * told already.
   */
  removeNotices(what: { readonly before: string; readonly most: number }): Promise<Removed>;
  /**
   * The last pull, and the last refusal, of each client that `known` (by feed) does not have, as far as they were written before
   * `before`, ISO 8601.
   */
  pastPulls(what: {
    readonly before: string;
    readonly known: ReadonlyMap<string, Iterable<string>>;
  }): Promise<readonly Past[]>;
  /**
   * Blobs with the content of a row that no row names, written before `before`, ISO 8601: that must lie further back than a process
   * takes from such a blob to its row.
   */
  pastTexts(what: { readonly before: string }): Promise<readonly Past[]>;
}

/** One thing that is past its time. */
export interface Past {
  readonly name: string;
  /** Removes it; what was written since it was found stays, and what is gone is no error. */
  remove(): Promise<void>;
}

/** How much is stored of one kind. */
export interface Stored {
  /** `row plan`, `blob publications`. */
  readonly kind: string;
  readonly count: number;
  /** Bytes of the content; Storage counts two for each character of a row. */
  readonly bytes: number;
  /** When the oldest of them was written, ISO 8601. */
  readonly oldest: string;
}
