import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import product from '../../package.json' with { type: 'json' };
import { retryAfterMs } from '../core/calendar.ts';
import { outgoingAgent } from '../network/outgoing.ts';

/** How to behave towards a server, and how long to bear with it. */
interface HttpManners {
  /** For one attempt, redirects and body included. */
  readonly attemptMilliseconds: number;
  readonly attempts: number;
  readonly now: () => Date;
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
  readonly random?: (() => number) | undefined;
}

interface GetRules {
  /** Origins (scheme, host and port) that may answer; a redirect to any other ends the attempt. */
  readonly origins: ReadonlySet<string>;
  /** Cap on the body, counted after decompression. */
  readonly mostBytes: number;
  readonly accept: string;
}

interface Answer {
  readonly bytes: Uint8Array;
  /** Where the bytes came from in the end, without query: a query may hold a token, and this is stored. */
  readonly url: string;
}

/** One request that led to no body. The message is a clause: "HTTP 503, in 3 attempts". */
export class HttpFailure extends Error {
  override name = 'HttpFailure';
  readonly retry: boolean;
  /** What the server asked us to wait. */
  readonly waitMilliseconds: number | undefined;

  constructor(message: string, retry: boolean, waitMilliseconds?: number) {
    super(message);
    this.retry = retry;
    this.waitMilliseconds = waitMilliseconds;
  }
}

interface Http {
  /**
   * GET with retries and redirects. Gives the whole decompressed body of a 200. Throws HttpFailure, or the signal's
   * reason once that is aborted.
   */
  get(url: URL, rules: GetRules, signal: AbortSignal): Promise<Answer>;
}

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
const MOST_REDIRECTS = 5;
const userAgent = `${product.name}/${product.version}`;

/**
 * An HTTP client for downloads from servers that are not to be trusted. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are
 * respected.
 *
 * Requests are never conditional: a "not modified" would be a server's word in the place of content, and content is
 * what identifies a publication. A download is half a megabyte a few times a day.
 */
export function openHttp(manners: HttpManners): Http {
  const dispatcher = outgoingAgent();
  const { attemptMilliseconds, attempts, now, sleep = sleepOnTheClock, random = Math.random } = manners;

  return {
    async get(url, rules, signal) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await getOnce(url, rules, signal);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof HttpFailure)) throw error;
          const wait = error.waitMilliseconds ?? FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + random() / 2);
          if (!error.retry) throw error;
          if (attempt >= attempts) throw new HttpFailure(`${error.message}, in ${count(attempt)}`, false);
          if (wait > LONGEST_WAIT) {
            const seconds = Math.round(wait / 1000);
            throw new HttpFailure(`${error.message}, and asks to wait ${seconds} s: not waited for`, false);
          }
          await sleep(wait, signal);
        }
      }
    },
  };

  async function getOnce(url: URL, rules: GetRules, signal: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(attemptMilliseconds);
    try {
      return await follow(dispatcher, url, rules, AbortSignal.any([signal, timeout]), now());
    } catch (error) {
      if (timeout.aborted && !signal.aborted) {
        throw new HttpFailure(`no complete answer within ${attemptMilliseconds / 1000} s`, true);
      }
      throw error instanceof HttpFailure ? error : asFailure(error);
    }
  }
}

async function follow(
  dispatcher: Dispatcher,
  start: URL,
  rules: GetRules,
  signal: AbortSignal,
  now: Date,
): Promise<Answer> {
  let url = start;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    if (!rules.origins.has(url.origin) || url.username !== '' || url.password !== '') {
      const what = hop === 0 ? 'is' : 'is redirected to';
      throw new HttpFailure(`${what} ${url.origin}, expected one of ${[...rules.origins].join(', ')}`, false);
    }
    const headers = { 'user-agent': userAgent, accept: rules.accept, 'accept-encoding': 'gzip' };
    const { statusCode, headers: got, body } = await request(url, { dispatcher, signal, headers });
    if ([301, 302, 303, 307, 308].includes(statusCode) && typeof got.location === 'string') {
      await body.dump();
      if (!URL.canParse(got.location, url.href)) {
        throw new HttpFailure(`HTTP ${statusCode} to something that is no address`, false);
      }
      url = new URL(got.location, url);
      continue;
    }
    if (statusCode !== 200) {
      await body.dump();
      const asked = got['retry-after'];
      const wait = retryAfterMs(typeof asked === 'string' ? asked : undefined, now);
      throw new HttpFailure(`HTTP ${statusCode}`, isPassing(statusCode), wait);
    }
    return { bytes: await readBody(body, got['content-encoding'], rules.mostBytes, signal), url: withoutQuery(url) };
  }
  throw new HttpFailure(`more than ${MOST_REDIRECTS} redirects`, false);
}

/** Reads a body to its end or to the cap, whichever comes first; a gzip stream that is cut short is an error. */
async function readBody(
  body: Readable,
  encoding: string | string[] | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const collect = async (decoded: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of decoded) {
      length += chunk.length;
      if (length > maxBytes) throw new HttpFailure(`body larger than ${maxBytes.toLocaleString('en')} bytes`, false);
      chunks.push(chunk);
    }
  };
  switch (encoding) {
    case undefined:
    case 'identity':
      await pipeline(body, collect, { signal });
      break;
    case 'gzip':
    case 'x-gzip':
      await pipeline(body, createGunzip(), collect, { signal });
      break;
    default:
      throw new HttpFailure(`content encoding "${String(encoding)}", expected gzip or none`, false);
  }
  return Buffer.concat(chunks, length);
}

/** 403 and 404 too: the download centre's delivery network has answered both for files that were there a minute later. */
function isPassing(status: number): boolean {
  return status === 403 || status === 404 || status === 408 || status === 429 || status >= 500;
}

/** Whatever the network, TLS or zlib say carries a code; anything else is a fault of ours and passes as it is. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  return new HttpFailure(`${error.message || 'no connection'} (${error.code})`, true);
}

/** The address as it may be shown and stored. */
export function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function count(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}

async function sleepOnTheClock(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal });
}
