/** How the simulated ARM behaves. */
export interface ArmOptions {
  /** 0, the default: a free port. */
  readonly port?: number;
  /** How long an operation takes; 50 if not given. Retry-After is this in whole seconds, rounded down. */
  readonly operationMs?: number;
  /** How long each request takes beside that; 0 if not given. */
  readonly latencyMs?: number;
  /** The clock of operations, throttling and the log. It must move, or no operation ever ends. */
  readonly now?: () => Date;
  /** What a write meets while another operation runs: 409 (the default) or 429. */
  readonly whenBusy?: 409 | 429;
  /** Whether the documented token buckets of ARM apply; not by default. */
  readonly throttle?: boolean;
  /** Resources on a page of a list; 100 if not given. */
  readonly pageSize?: number;
  /** Source of etags, operation and request ids. */
  readonly newId?: () => string;
}
