import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalFunction, TriggerOf } from '../../../src/local/host/functions.ts';
import { serveHttp } from '../../../src/local/host/http.ts';

const keys = { function: 'the-function-key', admin: 'the-admin-key' };
const lines: string[] = [];
let host: Awaited<ReturnType<typeof serveHttp>>;

const echo = async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
  context.log('a line of the function');
  const { method, url, params, headers } = request;
  const query = Object.fromEntries(request.query);
  const [header, coding, length] = ['x-seen', 'transfer-encoding', 'content-length'].map((name) => headers.get(name));
  const body = await request.text();
  return { jsonBody: { name: context.functionName, method, url, params, query, header, coding, length, body } };
};

function http(
  name: string,
  route: string,
  handler: LocalFunction['handler'] = echo,
  more: Partial<TriggerOf<'httpTrigger'>> = {},
): LocalFunction {
  return { name, trigger: { type: 'httpTrigger', route, methods: ['GET'], authLevel: 'anonymous', ...more }, handler };
}

const functions = [
  http('open', 'open', echo, { methods: ['GET', 'POST'] }),
  http('keyed', 'things/{id}', echo, { authLevel: 'function' }),
  http('rest', 'parts/{*id}'),
  http('document', 'document.json'),
  http('admin', 'admin-only', echo, { authLevel: 'admin' }),
  http('nothing', 'nothing', () => undefined),
  http('text', 'text', () => 'a text is no response'),
  http('throws', 'throws', () => {
    throw new Error('a secret of the function');
  }),
  http('created', 'created', () => ({ status: 201, headers: { location: '/api/things/1' }, body: 'made' }), {
    methods: ['POST'],
  }),
];

const options = {
  port: 0,
  routePrefix: 'api',
  keys,
  log: ({ level, function: name, message }: { level: string; function?: string; message: string }) =>
    void lines.push(`${level} ${name ?? 'host'}: ${message}`),
  invoked: () => {},
};

beforeAll(async () => {
  host = await serveHttp(functions, options);
});
afterAll(() => host.stop());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${host.url}${path}`, init);

test('a function gets the request as the library builds it', async () => {
  const response = await get('/api/open?a=1&b=x%20y&a=2', {
    method: 'POST',
    body: 'a body',
    headers: { 'x-seen': 'yes' },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({
    name: 'open',
    method: 'POST',
    url: `${host.url}/api/open?a=1&b=x%20y&a=2`,
    params: {},
    query: { a: '1,2', b: 'x y' },
    header: 'yes',
    coding: null,
    length: '6',
    body: 'a body',
  });
  expect(lines).toContain('information open: a line of the function');
});

test.each([
  ['no route', '/api/nowhere', 'GET', 'docs/http-api.md'],
  ['no route prefix', '/open', 'GET', 'docs/http-api.md'],
  ['nothing but slashes', '//', 'GET', 'docs/http-api.md'],
  ['an empty segment', '//api/open', 'GET', 'docs/http-api.md'],
  ['a segment too many', '/api/open/more', 'GET', 'docs/http-api.md'],
  ['a segment too few', '/api/things', 'GET', 'docs/http-api.md'],
  ['the wrong method', '/api/open', 'PUT', 'use GET or POST'],
])('%s is 404, and says what there is', async (_name, path, method, next) => {
  const response = await get(path, { method });
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({
    status: 404,
    detail: expect.stringContaining(path),
    next: expect.stringContaining(next),
  });
  expect(await (await get(path, { method: 'HEAD' })).text()).toBe('');
});

test.each([
  ['a path', '*', 'localhost'],
  ['a host', '/api/open', 'a b'],
])('a request without %s is refused', async (_name, path, named) => {
  const { hostname, port } = new URL(host.url);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  httpRequest({ hostname, port, path, method: 'OPTIONS', headers: { host: named } }, resolve)
    .on('error', reject)
    .end();
  const answered = await promise;
  expect(answered.statusCode).toBe(400);
  expect(JSON.parse(await text(answered))).toMatchObject({ status: 400, detail: expect.stringContaining(path) });
});

test('without the key the answer says where to find it, and not what it is', async () => {
  const response = await get('/api/things/1');
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ status: 401, next: expect.stringContaining('x-functions-key') });
  expect(text).not.toContain(keys.function);
});

test('literals are matched without regard to case, parameters are handed on as they are', async () => {
  const response = await get('/API/Things/A%2Fb%20C', { headers: { 'x-functions-key': keys.function } });
  expect(await response.json()).toMatchObject({ name: 'keyed', params: { id: 'A/b C' } });
});

test.each([
  ['/api/parts/r-1/part%202', 'r-1/part 2'],
  ['/api/parts', ''],
])('the rest of a path is one parameter: %s', async (path, id) => {
  expect(await (await get(path)).json()).toMatchObject({ name: 'rest', params: { id } });
});

test('a dot in a literal is that character', async () => {
  expect((await get('/api/document.json')).status).toBe(200);
  expect((await get('/api/document-json')).status).toBe(404);
});

test('a route of a form that is unknown here is an error', async () => {
  await expect(serveHttp([http('number', 'numbers/{id:int}')], options)).rejects.toThrow('knows no "{id:int}"');
});

test.each([
  ['no key', '/api/things/1', {}, 401],
  ['a wrong key', '/api/things/1', { 'x-functions-key': 'the-function-keX' }, 401],
  ['a wrong key and a right code', `/api/things/1?code=${keys.function}`, { 'x-functions-key': 'no' }, 401],
  ['the function key', '/api/things/1', { 'x-functions-key': keys.function }, 200],
  ['the function key as code', `/api/things/1?code=${keys.function}`, {}, 200],
  ['the admin key', '/api/things/1', { 'x-functions-key': keys.admin }, 200],
  ['the function key where admin is asked for', '/api/admin-only', { 'x-functions-key': keys.function }, 401],
  ['the admin key where it is asked for', '/api/admin-only', { 'x-functions-key': keys.admin }, 200],
])('%s answers as Azure does', async (_name, path, headers, status) => {
  expect((await get(path, { headers })).status).toBe(status);
});

test('nothing returned is 204', async () => {
  expect((await get('/api/nothing')).status).toBe(204);
});

test.each(['throws', 'text'])(
  'a handler that fails (%s) is 500 without its words, which are in the log',
  async (name) => {
    const response = await get(`/api/${name}`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ detail: 'the function failed' });
    expect(lines.filter((line) => line.startsWith(`error ${name}:`))).toHaveLength(1);
  },
);

test('status, headers and body of a response arrive', async () => {
  const response = await get('/api/created', { method: 'POST' });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe('/api/things/1');
  expect(await response.text()).toBe('made');
});

test('a body without Content-Length does not arrive', async () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = httpRequest(`${host.url}/api/open`, { method: 'POST' }, (response) => {
    text(response).then(resolve, reject);
  });
  request.on('error', reject);
  request.write('chunked');
  request.end();
  // A function sees that there was one by its headers alone.
  expect(JSON.parse(await promise)).toMatchObject({ body: '', coding: 'chunked', length: null });
});

test('a taken port is an error', async () => {
  const port = Number(new URL(host.url).port);
  await expect(serveHttp([], { ...options, port })).rejects.toThrow(/EADDRINUSE/);
});

test('a body that no function takes is refused at once, and not waited for', async () => {
  const { hostname, port } = new URL(host.url);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = httpRequest(
    { hostname, port, path: '/api/open', method: 'POST', headers: { 'content-length': 60_000_000 } },
    resolve,
  );
  sent.on('error', reject);
  // Not one byte of the body follows.
  sent.flushHeaders();
  const answered = await promise;
  expect(answered.statusCode).toBe(413);
  expect(JSON.parse(await text(answered))).toMatchObject({ detail: expect.stringContaining('60000000 bytes') });
  sent.destroy();
});
