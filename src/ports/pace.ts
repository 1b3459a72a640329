/** How long an adapter waits and how often it asks. Waiting and chance are arguments, so that tests need neither. */
export interface Pace {
  /** Most milliseconds that the waits between tries of one request, or for a busy resource, may add up to. */
  readonly budgetMs: number;
  /** Milliseconds between two looks at a long-running operation when the server names no time itself. */
  readonly pollMs: number;
  /** Milliseconds after which one request without an answer counts as lost. */
  readonly requestMs: number;
  /** Milliseconds since 1970; the machine's clock if absent. */
  readonly now?: () => number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
