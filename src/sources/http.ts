import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import product from '../../package.json' with { type: 'json' };
import { retryAfterMs } from '../core/calendar.ts';
import { outgoingAgent } from '../network/outgoing.ts';
import { failureOf, failureOfStatus, HttpFailure } from './http-failure.ts';
import { TooLarge, unzipped } from './unzipped.ts';

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
  /** Headers beside our own. They may be secrets: a redirect to another origin does not get them. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly bytes: Uint8Array;
  /** Where the bytes came from in the end, without query: a query may hold a token, and this is stored. */
  readonly url: string;
  /** What was odd about the answer, as clauses. */
  readonly notes: readonly string[];
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
const ownUserAgent = `${product.name}/${product.version}`;

/**
 * An HTTP client for downloads from servers that are not to be trusted.
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
          if (attempt >= attempts)
            throw new HttpFailure(`${error.message}, in ${count(attempt)}`, false, { next: error.next });
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
      throw error instanceof HttpFailure ? error : failureOf(error);
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
    const isBare = url.username === '' && url.password === '';
    if (!rules.origins.has(url.origin) || !isBare) {
      const what = hop === 0 ? 'is' : 'is redirected to';
      const origin = `${url.origin}${isBare ? '' : ' with a login in the address'}`;
      const next = isBare
        ? `if you trust ${url.origin}, add it to \`origins\` of the source`
        : 'name the address without a login; `mirrors` of the source takes `basic`';
      throw new HttpFailure(`${what} ${origin}, expected one of ${[...rules.origins].join(', ')}`, false, { next });
    }
    const own = { 'user-agent': ownUserAgent, accept: rules.accept, 'accept-encoding': 'gzip' };
    const headers = url.origin === start.origin ? { ...own, ...rules.headers } : own;
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
      throw failureOfStatus(statusCode, retryAfterMs(typeof asked === 'string' ? asked : undefined, now));
    }
    const notes = notesOnEncoding(got['content-encoding']);
    return { bytes: await readBody(body, rules.mostBytes, signal), url: withoutQuery(url), notes };
  }
  throw new HttpFailure(`more than ${MOST_REDIRECTS} redirects`, false);
}

/**
 * What is odd about a Content-Encoding. Servers write a character set there, or what only they themselves undo; what the bytes are
 * is seen in them. Throws HttpFailure for an encoding that was not asked for.
 */
function notesOnEncoding(header: string | string[] | undefined): string[] {
  const given = String(header ?? '');
  const parts = given
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  if (!parts.every((part) => isTaken(part) || oddEncodings.has(part))) {
    throw new HttpFailure(`content encoding "${given}", expected gzip or none`, false);
  }
  const odd = parts.filter((part) => oddEncodings.has(part));
  return odd.length === 0 ? [] : [`the server names "${odd.join(', ')}" as the content encoding, which is none`];
}

const oddEncodings: ReadonlySet<string> = new Set([
  'utf-8',
  'utf8',
  'us-ascii',
  'binary',
  'none',
  'json',
  'aws-chunked',
]);

function isTaken(encoding: string): boolean {
  return ['', 'identity', 'gzip', 'x-gzip'].includes(encoding);
}

/** Reads a body to its end or to the cap, whichever comes first; a gzip stream that is cut short is an error. */
async function readBody(body: Readable, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const collect = async (got: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of got) {
      length += chunk.length;
      if (length > maxBytes) throw new TooLarge(maxBytes);
      chunks.push(chunk);
    }
  };
  try {
    await pipeline(body, collect, { signal });
    return (await unzipped(Buffer.concat(chunks, length), maxBytes)).bytes;
  } catch (error) {
    throw error instanceof TooLarge ? new HttpFailure(error.message, false) : error;
  }
}

/** An address whose query tells which page it is, as `?id=56519`: values that are longer than an id are left out. */
export function withoutCredentials(url: URL): string {
  const shown = new URL(withoutQuery(url));
  for (const [name, value] of url.searchParams) shown.searchParams.append(name, value.length > 12 ? '...' : value);
  return shown.href;
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
