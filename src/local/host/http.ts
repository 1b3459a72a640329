import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { HttpRequest, HttpResponse, type HttpResponseInit } from '@azure/functions';
import { type HostLog, invoke, type LocalFunction, type TriggerOf, triggeredBy } from './functions.ts';

/** Who may call what: `function` opens functions of that level, `admin` opens all. */
export interface Keys {
  readonly function: string;
  readonly admin: string;
}

interface HttpOptions {
  readonly port: number;
  readonly routePrefix: string;
  readonly keys: Keys;
  readonly log: HostLog;
  /** Called after each request, whatever came of it. */
  readonly invoked: () => void;
}

/** Azure refuses bodies over 100 MB; the service itself takes 64 KiB, so no more than that and a little is read. */
const maxBytes = 128 * 1024;

/** Serves all HTTP functions on this machine's loopback address only. Throws if the port is taken. */
export async function serveHttp(
  functions: readonly LocalFunction[],
  options: HttpOptions,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const endpoints = triggeredBy(functions, 'httpTrigger').map((one) => ({
    one,
    pattern: patternOf([options.routePrefix, one.trigger.route].filter(Boolean).join('/')),
  }));
  const server = createServer((request, response) => {
    answer(endpoints, options, request, response)
      .catch((error: unknown) => {
        options.log({ level: 'debug', message: `${request.method} ${request.url?.split('?')[0]}: ${String(error)}` });
        // Without the text of the error: it could reveal something to a stranger. What a function threw is logged by invoke().
        if (response.headersSent) response.destroy();
        else refuse(response, 500, 'the function failed', 'the output of `npm start` says why');
      })
      .finally(options.invoked);
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Takes no new request, answers those under way, then resolves. */
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

interface Endpoint {
  readonly one: LocalFunction<TriggerOf<'httpTrigger'>>;
  readonly pattern: RegExp;
}

async function answer(
  endpoints: readonly Endpoint[],
  { keys, log }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET' } = request;
  const url = urlOf(request);
  if (url === null) {
    return refuse(response, 400, `expected a path and a Host, got ${request.url}`, 'correct the URL of the request');
  }
  const here = endpoints.filter(({ pattern }) => pattern.test(url.pathname));
  const found = here.find(({ one }) => one.trigger.methods.includes(method));
  if (found === undefined) {
    // The wrong method is 404 in Azure, never 405.
    const methods = [...new Set(here.flatMap(({ one }) => one.trigger.methods))].join(' or ');
    if (methods !== '') return refuse(response, 404, `no function answers ${method} ${url.pathname}`, `use ${methods}`);
    const next = 'correct the path; docs/http-api.md lists those that there are';
    return refuse(response, 404, `no function answers ${url.pathname}`, next);
  }
  const { one, pattern } = found;
  const { authLevel } = one.trigger;
  if (!isAuthorized(authLevel, request, url, keys)) {
    const detail = `expected ${authLevel === 'admin' ? 'the admin key' : 'a key'}, got none or another one`;
    const next =
      'send it in the header x-functions-key; `npm start` says which file has it, and folder.json in the data folder has both keys';
    return refuse(response, 401, detail, next);
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maxBytes) {
    // What is still on its way is not waited for.
    response.setHeader('connection', 'close');
    return refuse(response, 413, `expected a body of at most ${maxBytes / 1024} KiB, got ${length} bytes`, 'send less');
  }
  // A body without Content-Length does not reach a function in Azure; it sees by the headers that there was one.
  const bytes = length > 0 ? await buffer(request) : request.resume() && undefined;
  const given = new HttpRequest({
    method,
    url: url.href,
    headers: joined(request.headersDistinct),
    query: joined(Object.fromEntries([...url.searchParams.keys()].map((key) => [key, url.searchParams.getAll(key)]))),
    params: paramsOf(pattern, url.pathname),
    ...(bytes === undefined ? {} : { body: { bytes } }),
  });
  const handler = async (...args: Parameters<LocalFunction['handler']>) => responseOf(await one.handler(...args));
  await send(response, (await invoke({ ...one, handler }, given, log)) as HttpResponse);
}

/** Null for what is no URL. A path may begin with two slashes: it is no host then. */
function urlOf({ url = '/', headers: { host = 'localhost' } }: IncomingMessage): URL | null {
  return URL.parse(url.startsWith('/') ? `http://${host}${url}` : url);
}

/** Repeated keys reach a function joined by commas. */
function joined(values: Readonly<Record<string, readonly string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, texts = []]) => [name, texts.join(',')]));
}

/** A route such as `runs/{id}` or `plans/{*id}`, without regard to case, as in Azure. Throws for any other form. */
function patternOf(route: string): RegExp {
  const parts = route.split('/').map((part) => {
    const [, rest, name] = /^\{(\*?)(\w+)\}$/.exec(part) ?? [];
    if (name !== undefined) return rest === '*' ? `(?:/(?<${name}>.*))?` : `/(?<${name}>[^/]+)`;
    if (/^[\w.-]+$/.test(part)) return `/${part.replaceAll('.', '\\.')}`;
    throw new Error(`Route "${route}": the local host knows no "${part}". Use {name} or {*rest}.`);
  });
  return new RegExp(`^${parts.join('')}/?$`, 'i');
}

function paramsOf(pattern: RegExp, path: string): Record<string, string> {
  const groups = Object.entries(pattern.exec(path)?.groups ?? {});
  return Object.fromEntries(groups.map(([name, text = '']) => [name, decoded(text)]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    // Malformed escapes reach the function as they are, as in Azure.
    return text;
  }
}

/** The key is in `x-functions-key` or `?code=`. */
function isAuthorized(authLevel: string, request: IncomingMessage, url: URL, keys: Keys): boolean {
  if (authLevel === 'anonymous') return true;
  const header = request.headers['x-functions-key'];
  const given = typeof header === 'string' ? header : url.searchParams.get('code');
  if (given === null) return false;
  return same(given, keys.admin) || (authLevel === 'function' && same(given, keys.function));
}

/** Compares digests, so that neither length nor position of a difference can be timed. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function responseOf(result: unknown): HttpResponse {
  if (result === undefined || result === null) return new HttpResponse({ status: 204 });
  if (typeof result !== 'object') throw new Error(`expected an HTTP response, got ${typeof result}`);
  return new HttpResponse(result as HttpResponseInit);
}

async function send(response: ServerResponse, answered: HttpResponse): Promise<void> {
  for (const [name, text] of answered.headers) response.setHeader(name, text);
  response.writeHead(answered.status);
  response.end(response.req.method === 'HEAD' ? undefined : Buffer.from(await answered.arrayBuffer()));
}

/**
 * Answers what no function gets to see, as problem details (RFC 9457). Azure's own host answers these with the same
 * status and an empty body; here the answer says what to do.
 */
function refuse(response: ServerResponse, status: 400 | 401 | 404 | 413 | 500, detail: string, next: string): void {
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, next };
  response.end(response.req.method === 'HEAD' ? undefined : JSON.stringify(body));
}
