/**
 * What a failed request to a target means for what comes next.
 * - `conflict`: somebody changed it in between (412): read again, plan again, once.
 * - `busy`, `throttled`, `transient`: retried already within the budget and still failing; the next run tries again.
 * - `superseded`: another operation cancelled ours: read again, plan again, once.
 * - `forbidden`, `locked`, `policy`: never retried; a person must change rights, lock or policy.
 * - `invalid`: Azure refused what we sent: our fault, never retried.
 * - `failed-state`: the resource or a firewall behind it is in state Failed: stop; the next run writes the resource again,
 *   and a person must repair what is behind it.
 * - `unreadable`: the answer made no sense.
 */
export type TargetErrorKind =
  | 'conflict'
  | 'busy'
  | 'throttled'
  | 'transient'
  | 'superseded'
  | 'forbidden'
  | 'locked'
  | 'policy'
  | 'invalid'
  | 'failed-state'
  | 'unreadable';

/** Thrown by a target's read() and write() for everything that goes wrong. The message says what to do next. */
export class TargetError extends Error {
  override name = 'TargetError';
  readonly kind: TargetErrorKind;
  /** ARM's error code, if it gave one. */
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor(
    kind: TargetErrorKind,
    message: string,
    details: { code?: string; status?: number; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
  }
}
