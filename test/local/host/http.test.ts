import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveHttp } from '../../../src/local/host/http.ts';
import { type Host, startHost } from '../../../src/local/host/start-host.ts';
import { buildTestFunctions, hostOptions, keys, meet } from './host-for-tests.ts';

let host: Host;
let options: ReturnType<typeof hostOptions>;
let dispose: () => Promise<void>;

beforeAll(async () => {
  meet();
  const built = await buildTestFunctions();
  dispose = built.dispose;
  options = hostOptions(built.bundle);
  host = await startHost(options);
});

afterAll(async () => {
  await host.stop(5000);
  await dispose();
});

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
  expect(options.lines).toContain('information open: a line of the function');
});

test.each([
  ['no route', '/api/nowhere', 'GET', 'README.md'],
  ['no route prefix', '/open', 'GET', 'README.md'],
  ['a segment too many', '/api/open/more', 'GET', 'README.md'],
  ['a segment too few', '/api/things', 'GET', 'README.md'],
  ['the wrong method', '/api/open', 'PUT', 'use GET or POST'],
  ['a constraint that does not hold', '/api/numbers/seven', 'GET', 'README.md'],
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

test('a literal route goes before one with a parameter', async () => {
  expect(await (await get('/api/things/latest')).json()).toMatchObject({ name: 'latest' });
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
    expect(options.lines.filter((line) => line.startsWith(`error ${name}:`))).toHaveLength(1);
  },
);

test('status, headers, cookies and body of a response arrive', async () => {
  const response = await get('/api/created', { method: 'POST' });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe('/api/things/1');
  expect(response.headers.getSetCookie()).toEqual(['seen=yes; httponly; samesite=strict']);
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
  const nothing = { functions: new Map(), hooks: new Map(), model: () => expect.fail() };
  const port = Number(new URL(host.url).port);
  const serving = serveHttp(nothing, { port, routePrefix: 'api', keys, log: () => {}, invoked: () => {} });
  await expect(serving).rejects.toThrow(/EADDRINUSE/);
});
