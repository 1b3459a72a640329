import { inspect } from 'node:util';
import { retryAfterMs } from '../core/calendar.ts';
import { type Message, type Notifier, type NotifierContext, NotifierError } from '../ports/notifier.ts';
import type { SecretRef } from '../ports/secret.ts';
import { linkLocal, whyNotReceiver } from './receiver-address.ts';

/** Default time limit for the response of a receiver. */
export const usualAnswerMs = 20_000;

interface Post {
  /** The address, a secret: it never shows in an error. */
  readonly url: string;
  /** Its name in errors: "the address in the setting TEAMS_URL". */
  readonly place: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly answerMs?: number | undefined;
  /** Whether the address may be one with http:// that is not of this machine. */
  readonly allowHttp: boolean;
}

/**
 * Sends a body once. Resolves when the receiver has answered with success; the body of the answer is not awaited.
 * Throws NotifierError. Only the status of the answer gets into an error, because receivers echo requests.
 */
export async function post(what: Post, now: () => Date, signal: AbortSignal): Promise<void> {
  const { url, place, body, headers, answerMs = usualAnswerMs, allowHttp } = what;
  const expected = whyNotReceiver(url, allowHttp);
  if (expected !== undefined) throw new NotifierError('refused', `${place}: ${expected}`);
  const { guardedCode, guardedFetch } = await import('./guarded-fetch.ts');
  let response: Awaited<ReturnType<typeof guardedFetch>>;
  try {
    response = await guardedFetch(url, {
      method: 'POST',
      body,
      headers: { 'user-agent': 'service-tag-sync', ...headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      throw new NotifierError(
        'unreachable',
        `${place}: no answer within ${answerMs / 1000} s; the service tries again`,
      );
    }
    throw asNotifierError(error, place, guardedCode);
  }
  // Only the status counts; reading the body would wait for a slow receiver.
  response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw errorOf(response, place, now());
}

function errorOf(
  { status, headers }: Pick<Response, 'status'> & { headers: Pick<Headers, 'get'> },
  place: string,
  now: Date,
): NotifierError {
  if (status === 429 || status === 408 || status === 425 || status >= 500) {
    const asked = retryAfterMs(headers.get('retry-after'), now);
    return new NotifierError('busy', `${place}: it answered ${status}; the service tries again`, asked);
  }
  const advice =
    status === 404 || status === 410
      ? 'its receiver is gone: make a new one and put its address into that setting'
      : status === 401 || status === 403
        ? 'it denies access: check that the address or secret is still right'
        : status >= 300 && status < 400
          ? 'it redirects, and a secret address is not followed: put the final address into that setting'
          : 'it does not accept the request: check that the address belongs to this kind of channel';
  return new NotifierError('refused', `${place}: it answered ${status}; ${advice}`);
}

/**
 * The network, TLS and the HTTP parser put a code into the cause of a failed fetch. A cause without one is a rule of fetch
 * itself. Any other error is a defect of the service and passes unchanged.
 */
function asNotifierError(error: unknown, place: string, guardedCode: string): unknown {
  if (!(error instanceof TypeError && error.cause instanceof Error)) return error;
  const { cause } = error;
  // Codes only: a message may hold the address.
  if ('code' in cause && cause.code === guardedCode) return new NotifierError('refused', `${place}: ${linkLocal}`);
  if ('code' in cause && typeof cause.code === 'string') {
    return new NotifierError('unreachable', `${place}: no connection (${cause.code}); the service tries again`);
  }
  if (cause.message !== 'bad port') return error;
  return new NotifierError('refused', `${place}: expected a port that web servers use (bad port); correct it`);
}

/** A channel whose receiver takes one JSON document a message, at a secret address. `receiver` names it in errors. */
export function jsonChannel(
  { url, allowHttp }: { readonly url: SecretRef; readonly allowHttp: boolean },
  receiver: string,
  bodyOf: (message: Message) => object,
  { secret, now, answerMs }: NotifierContext,
): Notifier {
  const address = secret(url);
  const place = `the ${receiver} address in the setting ${url.$env}`;
  const headers = { 'content-type': 'application/json' };
  return {
    send: (message, signal) =>
      post({ url: address, place, body: JSON.stringify(bodyOf(message)), headers, answerMs, allowHttp }, now, signal),
  };
}

/**
 * Makes an object that needs a secret. `complains` recognizes the library's errors about an unusable secret: they become a
 * NotifierError with our `advice`, because the library's text may repeat the secret. Any other error is passed on, unless
 * its text contains the secret.
 */
export function withSecret<T>(
  secret: string,
  make: (secret: string) => T,
  complains: (error: Error) => boolean,
  advice: string,
): T {
  try {
    return make(secret);
  } catch (error) {
    if (error instanceof Error && complains(error)) throw new NotifierError('refused', advice);
    if (!inspect(error).includes(secret)) throw error;
    const what = error instanceof Error ? error.name : typeof error;
    throw new Error(`an unexpected ${what}; its text holds a secret and is left out`);
  }
}
