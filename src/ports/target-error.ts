import type { OutcomeError, TargetErrorKind } from '../core/reason.ts';

export type { TargetErrorKind };

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

/** A failure as outcomes, events and notices carry it. What is no TargetError is a fault of this service: `internal`. */
export function outcomeErrorOf(error: unknown): OutcomeError {
  if (!(error instanceof TargetError)) return { kind: 'internal' };
  const { kind, code, status } = error;
  return { kind, ...(code === undefined ? {} : { code }), ...(status === undefined ? {} : { status }) };
}
