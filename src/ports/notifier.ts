import type * as z from 'zod';
import type { Notice } from '../core/notice.ts';
import type { SecretRef } from './secret.ts';

/** A notice on its way to one channel. */
export interface Message {
  /** The same for every try of the same notice; goes out as the receiver's idempotency key where it has one. */
  readonly id: string;
  readonly instance: string;
  readonly cloud: string;
  readonly notice: Notice;
}

/** A place where notices go. */
export interface Notifier {
  /** Resolves once the receiver has taken the message. Throws NotifierError; an aborted signal throws its reason. */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

/**
 * - `unreachable`: no answer, or the connection broke; the receiver may have taken it all the same.
 * - `busy`: the receiver asks for time (429, 5xx).
 * - `refused`: the receiver does not want it (other 4xx, 410 above all); a person must look.
 */
type NotifierErrorKind = 'unreachable' | 'busy' | 'refused';

/** Thrown by send(). The message never holds an address or a secret: adapters write it, and do not pass on foreign text. */
export class NotifierError extends Error {
  override name = 'NotifierError';
  readonly kind: NotifierErrorKind;
  /** How long the receiver asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: NotifierErrorKind, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface NotifierContext {
  /** The secret that a setting names. Throws SecretError. */
  readonly secret: (ref: SecretRef) => string;
  readonly now: () => Date;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Milliseconds a receiver may take to answer; 20 s by default. */
  readonly answerMs?: number;
  /** Client id of the user-assigned identity to use; the environment's default identity if absent. */
  readonly identityClientId?: string;
}

/** What a kind of channel declares. Importing a definition loads no SDK and no HTTP client; open() does. */
export interface NotifierDefinition<C extends object = object> {
  readonly kind: string;
  /** One sentence for the docs table. */
  readonly summary: string;
  /** Fields of this kind beside the common ones (only, quietHours). Strict: unknown keys are errors. */
  readonly schema: z.ZodObject;
  open(config: C, context: NotifierContext): Promise<Notifier>;
}
