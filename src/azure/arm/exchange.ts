import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createHttpHeaders,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  type SendRequest,
} from '@azure/core-rest-pipeline';
import type { Pace } from '../../ports/target.ts';
import { armErrorOf, asTargetError, operationErrorOf, unreadable } from './arm-error.ts';
import { textAt } from './json.ts';
import { RateLimit, remainingHeader } from './rate-limit.ts';
import { retrying } from './retry.ts';

/**
 * One call of an SDK operation, with every request it makes: what goes out instead of the SDK's own body, and what came
 * back before the SDK's models dropped the fields they do not know.
 */
export interface Exchange {
  /** Names the resource for people, in every error. */
  readonly subject: string;
  readonly signal: AbortSignal;
  /** Body of the PUT, as JSON text. */
  readonly body?: string;
  /** Told of each write request that leaves the process for this call. */
  readonly wrote?: () => void;
  /** True if the caller reads the resource back itself: the SDK's own last look at it is spared. */
  readonly readsBack?: boolean;
  /** Told where the status of the operation is asked for that a write of this call began. */
  readonly begun?: (url: string) => Promise<void>;
  /** Where the PUT of this call went. */
  put?: string;
  /** Parsed bodies of the successful answers, in order; undefined for an empty one. */
  readonly answers: unknown[];
}

/** Follows a call through the SDK's own awaits; headers would reach the first request only, never the polls. */
const exchanges = new AsyncLocalStorage<Exchange>();

/** Notes a write request that leaves, for the call it belongs to. */
export function noteWrite(): void {
  exchanges.getStore()?.wrote?.();
}

/** What the call under way is about, for errors. */
export function subjectNow(): string {
  return exchanges.getStore()?.subject ?? 'Azure Resource Manager';
}

export function inExchange<T>(exchange: Exchange, call: () => Promise<T>): Promise<T> {
  return exchanges.run(exchange, call);
}

/**
 * The pipeline policy that makes exchanges work. Every failure leaves it as an ArmError, so that the SDK never sees an
 * answer that is not a success. Reads and polls are tried again here; a write is not, because whoever repeats it must
 * look first whether it took effect.
 */
export function exchangePolicy(pace: Pace, limit: RateLimit = new RateLimit()): PipelinePolicy {
  return {
    name: 'exchangePolicy',
    sendRequest: async (request, next) => {
      const exchange = exchanges.getStore();
      if (exchange === undefined) throw new Error('expected every request to be part of an exchange');
      request.timeout = pace.requestMs;
      // The SDK fetches further pages of a list without the signal it was given.
      request.abortSignal ??= exchange.signal;
      if (request.method === 'PUT') exchange.put = request.url;
      if (request.method === 'PUT' && exchange.body !== undefined) request.body = exchange.body;
      if (isSpared(exchange, request)) {
        return { request, status: 200, headers: createHttpHeaders(), bodyAsText: exchange.body ?? '' };
      }
      const once = () => inTurn(pace, limit, exchange, request, next);
      return request.method === 'GET' ? await retrying(pace, exchange.signal, once) : await once();
    },
  };
}

/**
 * The look at the resource with which the SDK ends a PUT whose operation succeeded. It has no option to leave that out;
 * what it is given instead is what was sent, and goes to nobody.
 */
function isSpared({ readsBack, put, answers }: Exchange, { method, url }: PipelineRequest): boolean {
  return readsBack === true && method === 'GET' && url === put && statusIn(answers.at(-1)) === 'succeeded';
}

/** Only the status of a long-running operation has this field at its top. */
function statusIn(body: unknown): string | undefined {
  return textAt(body, 'status')?.toLowerCase();
}

/** Waits before the limit is reached, not after: a refused request delays everybody who shares the subscription. */
async function inTurn(
  pace: Pace,
  limit: RateLimit,
  exchange: Exchange,
  request: PipelineRequest,
  next: SendRequest,
): Promise<PipelineResponse> {
  const kind = request.method === 'GET' ? 'reads' : 'writes';
  let remaining: string | undefined;
  const now = pace.now ?? Date.now;
  const wait = limit.take(kind, now());
  try {
    if (wait > 0) await pace.sleep(wait, exchange.signal);
    return await answerOf(exchange, request, async (sent) => {
      const response = await next(sent);
      remaining = response.headers.get(remainingHeader[kind]);
      return response;
    });
  } finally {
    limit.answered(kind, remaining, now());
  }
}

async function answerOf(exchange: Exchange, request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
  const { subject } = exchange;
  let response: PipelineResponse;
  try {
    response = await next(request);
  } catch (error) {
    throw asTargetError(subject, error, false);
  }
  const body = parsed(response.bodyAsText);
  if (response.status < 200 || response.status > 299) {
    throw armErrorOf(subject, { status: response.status, body, retryAfter: response.headers.get('retry-after') });
  }
  if (body === notJson) {
    throw unreadable(subject, `Azure answered ${response.status} with something that is not JSON`);
  }
  const status = statusIn(body);
  if (request.method === 'GET' && (status === 'failed' || status === 'canceled' || status === 'cancelled')) {
    throw operationErrorOf(subject, body);
  }
  const operation = response.headers.get('azure-asyncoperation');
  if (request.method !== 'GET' && operation !== undefined) await exchange.begun?.(operation);
  exchange.answers.push(body);
  return response;
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
