import { request } from 'undici';
import project from '../../package.json' with { type: 'json' };
import { messageOf } from '../core/errors.ts';
import { visible } from '../core/visible-text.ts';
import { outgoingAgent } from '../network/outgoing.ts';
import type { RemoteService } from './remote-place.ts';

/** Thrown where the API of a service cannot be asked, or refuses: what was asked, what came, and what to do. */
export class ApiError extends Error {
  override name = 'ApiError';
  /** Of the answer; undefined where none came. */
  readonly status: number | undefined;
  /** The service itself refused, in its own form (RFC 9457). */
  readonly isProblem: boolean;

  constructor(message: string, status?: number, isProblem = false) {
    // A server writes part of it, and it goes to a terminal.
    super(visible(message));
    this.status = status;
    this.isProblem = isProblem;
  }
}

/** An answer of success: a JSON object or array. */
export interface Answer {
  readonly status: number;
  readonly value: object;
}

/** The API of a service, by paths. Throws ApiError for everything but JSON with a status of success. */
export interface ApiClient {
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  /** The same for a file: whatever comes with a status of success, as it is. */
  file(path: string): Promise<{ readonly bytes: Uint8Array; readonly etag: string }>;
}

/** An answer; undefined where the service knows the route and not what is asked for. A 404 of the host means that there is no such service. */
export async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.isProblem) return undefined;
    throw error;
  }
}

interface Limits {
  /** For one answer, in ms. */
  readonly patienceMs: number;
  readonly mostBytes: number;
}

/**
 * Azure ends a request after 230 s, https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout; a dry run may
 * take most of it. The largest answers, changes and holds, are a few megabytes.
 */
const usual: Limits = { patienceMs: 240_000, mostBytes: 32 * 1024 * 1024 };

/** Opens the API at a URL. Redirects are never followed: the credential would go along. */
export function openApi({ url, credential }: RemoteService, { patienceMs, mostBytes }: Limits = usual): ApiClient {
  const dispatcher = outgoingAgent();
  let shown: Promise<Record<string, string>> | undefined;

  async function ask<T>(
    method: 'GET' | 'POST',
    at: URL,
    read: (what: string, status: number, headers: Headers, bytes: Buffer) => T,
    body?: object,
  ): Promise<T> {
    shown ??= headersOf(credential);
    const headers = {
      ...(await shown),
      accept: 'application/json',
      'user-agent': `${project.name}/${project.version}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const what = `${method} ${at.origin}${at.pathname}`;
    const signal = AbortSignal.timeout(patienceMs);
    try {
      const answer = await request(at, {
        dispatcher,
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const bytes = await readBytes(answer.body, mostBytes, what);
      return read(what, answer.statusCode, answer.headers, bytes);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (signal.aborted) {
        throw new ApiError(
          `${what}: no complete answer within ${patienceMs / 1000} s. Look at its health, and ask again`,
        );
      }
      // Of the network or TLS; anything else is a fault of ours.
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new ApiError(
        `${what}: ${messageOf(error)} (${error.code}). Check the URL, and the network path to it: with private networking it is open from within the network alone`,
      );
    }
  }

  const at = (path: string): URL => new URL(`${url.pathname.replace(/\/$/, '')}/api/${path}`, url);
  return {
    get(path, query = {}) {
      const full = at(path);
      for (const [name, value] of Object.entries(query)) full.searchParams.set(name, value);
      return ask('GET', full, understood);
    },
    post: (path, body) => ask('POST', at(path), understood, body),
    file: (path) => ask('GET', at(path), fileIn),
  };
}

async function headersOf(credential: RemoteService['credential']): Promise<Record<string, string>> {
  if (credential.kind === 'key') return { 'x-functions-key': credential.text };
  if (credential.kind === 'token') return { authorization: `Bearer ${credential.text}` };
  const { DefaultAzureCredential } = await import('@azure/identity');
  try {
    const { token } = await new DefaultAzureCredential().getToken(credential.text);
    return { authorization: `Bearer ${token}` };
  } catch (error) {
    // AuthenticationError, AggregateAuthenticationError and CredentialUnavailableError of @azure/identity.
    if (!(error instanceof Error && /(Authentication|Unavailable)Error$/.test(error.name))) throw error;
    throw new ApiError(
      `no token for ${credential.text}: ${error.message}. Sign in with \`az login\`, and have the Azure CLI authorized for the scope (docs/deployment.md, sign-in)`,
    );
  }
}

async function readBytes(body: AsyncIterable<Uint8Array>, mostBytes: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > mostBytes) {
      throw new ApiError(
        `${what}: the answer is larger than ${mostBytes.toLocaleString('en')} bytes, and was not read. Check that the URL is that of the service`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function fileIn(what: string, status: number, headers: Headers, bytes: Buffer): { bytes: Uint8Array; etag: string } {
  const etag = /^"([\w-]+)"$/.exec(String(headers.etag))?.[1];
  // A page of a gateway has none.
  if (status === 200 && etag !== undefined) return { bytes, etag };
  understood(what, status, headers, bytes);
  throw new ApiError(`${what}: expected a file, got another answer. Check that the URL is that of the service`, status);
}

function understood(what: string, status: number, headers: Headers, bytes: Buffer): Answer {
  const text = bytes.toString('utf8');
  const type = String(headers['content-type'] ?? 'no type').split(';', 1)[0];
  if (status >= 300 && status < 400) {
    throw new ApiError(
      `${what}: the service answers with a redirect to ${String(headers.location)}, which is not followed, since the credential would go along. Give the URL of the app itself`,
      status,
    );
  }
  const value = type === 'application/json' || type === 'application/problem+json' ? parsed(text) : undefined;
  if (status >= 200 && status < 300) {
    if (value !== undefined) return { status, value };
    throw new ApiError(`${what}: expected JSON, got ${type}. Check that the URL is that of the service`, status);
  }
  const { detail, next } = (type === 'application/problem+json' ? (value ?? {}) : {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof detail === 'string') {
    throw new ApiError(`${what}: ${status}: ${detail}${typeof next === 'string' ? ` ${next}` : ''}`, status, true);
  }
  throw new ApiError(`${what}: ${status} from what stands before the service. ${adviceFor(status)}`, status);
}

/** A JSON object; undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What the Functions host, Easy Auth or a gateway mean; they give no reason. */
function adviceFor(status: number): string {
  if (status === 401 || status === 403) {
    return 'The key or the token was not accepted: where sign-in is required a key opens nothing, elsewhere a token alone does not. A token must be of this tenant, for this app and not expired';
  }
  if (status === 404) return 'Check the URL, and that the app serves the API: a feeds app has none';
  return 'Look at GET /api/health and the log of the app, and ask again';
}
