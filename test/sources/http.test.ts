import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openHttp } from '../../src/sources/http.ts';
import { stubNoProxies } from '../support/proxy-env.ts';
import { type Reply, startWebServer, type WebServer } from '../support/web-server.ts';

let server: WebServer;
let waits: number[];
beforeEach(async () => {
  server = await startWebServer();
  waits = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

async function get(path: string, { attempts = 3, signal = AbortSignal.timeout(5000) } = {}): Promise<string> {
  const http = openHttp({
    attemptMilliseconds: 2000,
    attempts,
    now: () => new Date('2026-11-12T08:00:00Z'),
    random: () => 0.5,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
  });
  const rules = { origins: new Set([server.origin]), mostBytes: 1000, accept: 'application/json' };
  return new TextDecoder().decode((await http.get(new URL(path, server.origin), rules, signal)).bytes);
}

const good: Reply = { body: 'good' };
const cut: Reply = { body: 'cut short', how: 'cut' };

test.each([
  {
    name: 'passing failures, with growing waits',
    replies: [{ status: 503 }, { status: 403 }, good],
    waited: [1500, 3000],
  },
  { name: 'a broken connection', replies: [cut, { status: 404 }, good], waited: [1500, 3000] },
  {
    name: 'Retry-After in seconds',
    replies: [{ status: 429, headers: { 'retry-after': '7' } }, good],
    waited: [7000],
  },
  {
    name: 'Retry-After as a date',
    replies: [{ status: 503, headers: { 'retry-after': 'Thu, 12 Nov 2026 08:00:20 GMT' } }, good],
    waited: [20_000],
  },
  {
    name: 'Retry-After that makes no sense',
    replies: [{ status: 503, headers: { 'retry-after': 'soon' } }, good],
    waited: [1500],
  },
])('gets through $name', async ({ replies, waited }) => {
  server.answer('/file', ...replies);
  expect(await get('/file')).toBe('good');
  expect(waits).toEqual(waited);
});

test.each([
  { name: 'what will not pass, at once', reply: { status: 400 }, says: 'HTTP 400', asked: 1 },
  { name: 'what does not pass', reply: { status: 500 }, says: 'HTTP 500, in 3 attempts', asked: 3 },
  {
    name: 'a server that asks for an hour',
    reply: { status: 429, headers: { 'retry-after': '3600' } },
    says: 'HTTP 429, and asks to wait 3600 s: not waited for',
    asked: 1,
  },
  {
    name: 'a redirect to no address',
    reply: { status: 302, headers: { location: 'http://[' } },
    says: 'HTTP 302 to something that is no address',
    asked: 1,
  },
  {
    name: 'credentials in a redirect',
    reply: { status: 302, headers: { location: 'https://user:word@download.microsoft.com/x' } },
    says: 'is redirected to https://download.microsoft.com with a login in the address, expected one of',
    asked: 1,
  },
])('gives up on $name', async ({ reply, says, asked }) => {
  server.answer('/file', reply);
  await expect(get('/file')).rejects.toThrow(says);
  expect(server.requests).toHaveLength(asked);
});

test.each(['UTF-8', 'GZIP', 'gzip, aws-chunked', 'x-gzip', 'gzip', 'identity'])(
  'a content encoding "%s" is taken for what the bytes are, compressed or not',
  async (encoding) => {
    const headers = { 'content-encoding': encoding };
    server.answer('/file', { body: gzipSync('good'), headers }, { body: 'good', headers });
    expect([await get('/file'), await get('/file')]).toEqual(['good', 'good']);
  },
);

test('a file that is stored compressed needs no header', async () => {
  server.answer('/tags.json.gz', { body: gzipSync('good'), headers: { 'content-type': 'application/gzip' } });
  expect(await get('/tags.json.gz')).toBe('good');
});

test('says who it is, and never asks conditionally', async () => {
  server.answer('/file', { ...good, headers: { etag: '"1"', 'last-modified': 'Thu, 12 Nov 2026 08:00:20 GMT' } });
  await get('/file');
  await get('/file');
  for (const { headers } of server.requests) {
    expect(headers['user-agent']).toMatch(/^service-tag-sync\/\d+\.\d+\.\d+$/);
    expect(headers['if-none-match'] ?? headers['if-modified-since']).toBeUndefined();
  }
  expect(server.requests).toHaveLength(2);
});

test('a server that cannot be reached is told with its code', async () => {
  const gone = await startWebServer();
  await gone.close();
  server.answer('/file', { status: 302, headers: { location: '/file' } });
  const http = openHttp({ attemptMilliseconds: 2000, attempts: 1, now: () => new Date() });
  const rules = { origins: new Set([gone.origin]), mostBytes: 1000, accept: '*/*' };
  await expect(http.get(new URL(gone.origin), rules, AbortSignal.timeout(5000))).rejects.toThrow('ECONNREFUSED');
});

test('an aborted run ends with its own reason', async () => {
  server.answer('/file', { how: 'silent' });
  const stop = new AbortController();
  const answer = get('/file', { signal: stop.signal });
  stop.abort(new Error('the run was stopped'));
  await expect(answer).rejects.toThrow('the run was stopped');
  expect(waits).toEqual([]);
});

test('a proxy in the environment is used, but not for what is on this machine or excepted', async () => {
  const proxy = createServer((request, response) => {
    response.end(`through the proxy: ${request.url}`);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  stubNoProxies();
  // As people write it, without a scheme.
  vi.stubEnv('HTTP_PROXY', `127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  server.answer('/file', good);
  const ask = async (address: string) => {
    const url = new URL(address);
    const http = openHttp({ attemptMilliseconds: 2000, attempts: 1, now: () => new Date() });
    const rules = { origins: new Set([url.origin]), mostBytes: 1000, accept: '*/*' };
    return new TextDecoder().decode((await http.get(url, rules, AbortSignal.timeout(5000))).bytes);
  };

  expect(await ask('http://mirror.example/file')).toBe('through the proxy: http://mirror.example/file');
  expect(await ask(`${server.origin}/file`)).toBe('good');
  expect(await ask(`http://localhost:${new URL(server.origin).port}/file`)).toBe('good');
  vi.stubEnv('NO_PROXY', 'corp.example');
  vi.stubEnv('no_proxy', undefined);
  await expect(ask('http://mirror.corp.example/file')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  proxy.close();
  proxy.closeAllConnections();
});
