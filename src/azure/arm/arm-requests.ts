import type {
  HttpHeaders,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
  SendRequest,
} from '@azure/core-rest-pipeline';
import { textAt } from '../../core/json.ts';
import type { Pace } from '../../ports/target.ts';
import { armErrorOf, asTargetError, operationErrorOf, unreadable } from './arm-error.ts';
import type { ArmRequest } from './arm-http.ts';
import { type RateLimit, remainingHeader, retrying } from './pace.ts';

/** What requests under one identity to one subscription share. */
export interface Turns {
  readonly pace: Pace;
  readonly limit: RateLimit;
}

/** A success. */
export interface ArmAnswer {
  readonly response: PipelineResponse;
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Parsed JSON; undefined if it was empty. */
  readonly body: unknown;
}

/**
 * Sends a request when its turn comes. Every failure is an ArmError, or the signal's own reason. A read is tried again
 * here; a write is not, because a repeated write must look first whether it took effect.
 */
export async function sendInTurn(
  turns: Turns,
  about: ArmRequest,
  request: PipelineRequest,
  next: SendRequest,
): Promise<ArmAnswer> {
  request.timeout = turns.pace.requestMs;
  // The SDK asks for further pages of a list without the signal it was given.
  request.abortSignal ??= about.signal;
  const once = () => inTurn(turns, about, request, next);
  return request.method === 'GET' ? await retrying(turns.pace, about.signal, once) : await once();
}

/** The same for a client of an SDK that makes its requests itself. It never sees an answer that is not a success. */
export function inTurnPolicy(turns: Turns, about: ArmRequest): PipelinePolicy {
  return {
    name: 'inTurnPolicy',
    sendRequest: async (request, next) => (await sendInTurn(turns, about, request, next)).response,
  };
}

/** Waits before the limit is reached, not after: a refused request delays all that share the subscription. */
async function inTurn(
  { pace, limit }: Turns,
  about: ArmRequest,
  request: PipelineRequest,
  next: SendRequest,
): Promise<ArmAnswer> {
  const kind = request.method === 'GET' ? 'reads' : 'writes';
  let remaining: string | undefined;
  const now = pace.now ?? Date.now;
  const wait = limit.take(kind, now());
  try {
    if (wait > 0) await pace.sleep(wait, about.signal);
    const response = await next(request);
    remaining = response.headers.get(remainingHeader[kind]);
    return answerIn(about.subject, response);
  } catch (error) {
    about.signal.throwIfAborted();
    throw asTargetError(about.subject, error, false);
  } finally {
    limit.answered(kind, remaining, now());
  }
}

function answerIn(subject: string, response: PipelineResponse): ArmAnswer {
  const { status, headers } = response;
  const body = parsed(response.bodyAsText);
  if (status < 200 || status > 299) {
    throw armErrorOf(subject, { status, body, retryAfter: headers.get('retry-after') });
  }
  if (body === notJson) throw unreadable(subject, `Azure answered ${status} with something that is not JSON`);
  return { response, status, headers, body };
}

/** Throws what it means if an answer is that of a long-running operation which failed or was cancelled. */
export function requireNotFailed(subject: string, body: unknown): void {
  // Only the status of a long-running operation has this field at its top.
  const status = textAt(body, 'status')?.toLowerCase();
  if (status === 'failed' || status === 'canceled' || status === 'cancelled') throw operationErrorOf(subject, body);
}

const notJson = Symbol('not JSON');

/** The JSON in a body, undefined if it is empty. */
function parsed(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return notJson;
    throw error;
  }
}
