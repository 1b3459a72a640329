import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Cookie, HttpValue, RegisteredFunction, Registrations } from './core-module.ts';
import { type HostLog, invoke, triggerOf } from './invoke.ts';
import { isAuthorized, type Keys } from './keys.ts';
import { refuse, refuseUnknown } from './refusal.ts';
import { parseRoute, type Route } from './route.ts';

interface HttpOptions {
  readonly port: number;
  readonly routePrefix: string;
  readonly keys: Keys;
  readonly log: HostLog;
  /** Called after each invocation, whatever came of it. */
  readonly invoked: () => void;
}

interface HttpListener {
  /** `http://127.0.0.1:7071`, without a slash at the end. */
  readonly url: string;
  /** Takes no new request, answers those under way, then resolves. */
  stop(): Promise<void>;
}

interface Endpoint {
  readonly registered: RegisteredFunction;
  readonly route: Route;
  readonly methods: readonly string[];
  readonly authLevel: unknown;
}

/** Azure refuses bodies over 100 MB. */
const mostBytes = 100 * 1024 * 1024;

/** Serves all HTTP functions on this machine's loopback address only. Throws if the port is taken. */
export async function serveHttp(registrations: Registrations, options: HttpOptions): Promise<HttpListener> {
  const endpoints = toEndpoints(registrations, options.routePrefix);
  const server = createServer((request, response) => {
    handle(registrations, endpoints, options, request, response)
      .catch((error: unknown) => {
        options.log({ level: 'debug', message: `${request.method} ${request.url?.split('?')[0]}: ${String(error)}` });
        // No words of the error: they could tell a stranger something. What a function threw is logged by invoke().
        if (response.headersSent) response.destroy();
        else refuse(response, 500, 'the function failed', 'the output of `npm start` says why');
      })
      .finally(options.invoked);
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

function toEndpoints({ functions }: Registrations, routePrefix: string): readonly Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const registered of functions.values()) {
    const trigger = triggerOf(registered);
    if (trigger.type !== 'httptrigger') continue;
    const path = trigger.setting('route') ?? registered.name;
    const methods = trigger.setting('methods');
    endpoints.push({
      registered,
      route: parseRoute([routePrefix, String(path)].filter(Boolean).join('/')),
      methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : ['GET', 'POST'],
      authLevel: trigger.setting('authLevel') ?? 'function',
    });
  }
  return endpoints.sort((a, b) => (a.route.rank < b.route.rank ? 1 : -1));
}

async function handle(
  registrations: Registrations,
  endpoints: readonly Endpoint[],
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const method = request.method ?? 'GET';
  const path = url.pathname.slice(1);
  for (const { registered, route, methods, authLevel } of endpoints) {
    const params = route.match(path);
    // The wrong method is 404 in Azure, never 405.
    if (params === undefined || !methods.includes(method)) continue;
    if (!isAuthorized(authLevel, request, url, options.keys)) {
      refuse(
        response,
        401,
        `expected ${authLevel === 'admin' ? 'the admin key' : 'a key'}, got none or another one`,
        'send it in the header x-functions-key; `npm start` shows it, and folder.json in the data folder keeps it',
      );
      return;
    }
    const body = await readBody(request);
    if (body === undefined) {
      refuse(response, 413, `expected a body up to ${mostBytes / 1024 ** 2} MB`, 'send less');
      return;
    }
    const data: HttpValue = {
      method,
      url: url.href,
      headers: joined(request.headersDistinct),
      query: joined(
        Object.groupBy(url.searchParams, ([name]) => name),
        ([, value]) => value,
      ),
      params,
      ...(body.length > 0 ? { body: { bytes: body } } : {}),
    };
    const result = await invoke(registrations, registered, { data: { http: data } }, options.log);
    await write(response, result?.http);
    return;
  }
  const here = endpoints.filter(({ route }) => route.match(path) !== undefined);
  refuseUnknown(
    response,
    method,
    path,
    here.flatMap(({ methods }) => methods),
  );
}

/** Repeated keys reach a function joined by commas. */
function joined<T>(
  groups: Readonly<Record<string, readonly T[] | undefined>>,
  text: (value: T) => string = String,
): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, values = []]) => [name, values.map(text).join(',')]));
}

/** A body without Content-Length does not reach a function in Azure. Undefined: too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > mostBytes) return undefined;
  if (length > 0) return buffer(request);
  request.resume();
  return Buffer.alloc(0);
}

async function write(response: ServerResponse, value: HttpValue | null | undefined): Promise<void> {
  if (value === null || value === undefined) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, text] of Object.entries(value.headers ?? {})) response.setHeader(name, text);
  for (const cookie of value.cookies ?? []) response.appendHeader('set-cookie', formatCookie(cookie));
  response.writeHead(Number(value.statusCode ?? 200));
  const body = value.body?.bytes ?? value.body?.string ?? value.body?.json;
  response.end(body === undefined || response.req.method === 'HEAD' ? undefined : body);
}

function formatCookie({ name, value, path, domain, maxAge, secure, httpOnly, sameSite }: Cookie): string {
  const parts = [`${name}=${value}`];
  if (path?.value !== undefined) parts.push(`path=${path.value}`);
  if (domain?.value !== undefined) parts.push(`domain=${domain.value}`);
  if (maxAge?.value !== undefined) parts.push(`max-age=${maxAge.value}`);
  if (secure?.value === true) parts.push('secure');
  if (httpOnly?.value === true) parts.push('httponly');
  if (sameSite === 'lax' || sameSite === 'strict') parts.push(`samesite=${sameSite}`);
  else if (sameSite === 'explicitNone') parts.push('samesite=none');
  return parts.join('; ');
}
