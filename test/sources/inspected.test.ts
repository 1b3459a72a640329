import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openHttp } from '../../src/sources/http.ts';
import type { HttpFailure } from '../../src/sources/http-failure.ts';
import { type ForwardProxy, startForwardProxy } from '../support/forward-proxy.ts';
import { stubNoProxies } from '../support/proxy-env.ts';

// A site behind a proxy that inspects TLS: it answers for every host with a certificate of its own authority.

const file = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const address = 'https://mirror.example/tags.json';

let site: Server;
let port: number;
let proxy: ForwardProxy;
beforeAll(async () => {
  const [key, cert] = [readFileSync(file('key.pem')), readFileSync(file('certificate.pem'))];
  site = createServer({ key, cert }, (_, response) => response.end('good'));
  await once(site.listen(0, '127.0.0.1'), 'listening');
  ({ port } = site.address() as AddressInfo);
});
afterAll(() => {
  site.close();
  site.closeAllConnections();
});
beforeEach(stubNoProxies);
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy.close();
});

async function failureOfGet(): Promise<HttpFailure> {
  const http = openHttp({ attemptMilliseconds: 4000, attempts: 3, now: () => new Date(), sleep: async () => {} });
  const rules = { origins: new Set(['https://mirror.example']), mostBytes: 1000, accept: '*/*' };
  return http.get(new URL(address), rules, AbortSignal.timeout(8000)).then(
    () => expect.fail('it was answered'),
    (failure: HttpFailure) => failure,
  );
}

test('a certificate of an unknown authority is told with NODE_EXTRA_CA_CERTS, and not asked for again', async () => {
  proxy = await startForwardProxy(port);
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  const { message, next } = await failureOfGet();
  expect(message).toMatch(/self-signed certificate.*\((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)\)/);
  expect(next).toContain('NODE_EXTRA_CA_CERTS');
  expect(proxy.asked).toEqual(['CONNECT mirror.example:443']);
});

test('a proxy that wants a login is told with the form of its address, and not asked again', async () => {
  proxy = await startForwardProxy(port, 'user:word');
  vi.stubEnv('ALL_PROXY', `http://${proxy.address}`);
  const { message, next } = await failureOfGet();
  expect(message).toBe('HTTP 407, the proxy wants a login');
  expect(next).toContain('HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT');
  expect(proxy.asked).toHaveLength(1);
});

test('a proxy that does not connect is told as such', async () => {
  proxy = await startForwardProxy(port);
  const { startWebServer } = await import('../support/web-server.ts');
  const closed = await startWebServer();
  await closed.close();
  vi.stubEnv('HTTPS_PROXY', closed.origin);
  expect((await failureOfGet()).message).toMatch(/ECONNREFUSED.*in 3 attempts/);
});

test('with the login in the address and the authority in NODE_EXTRA_CA_CERTS, the file comes', async () => {
  proxy = await startForwardProxy(port, 'user:w@rd');
  const script = `const { openHttp } = await import(${JSON.stringify(new URL('../../src/sources/http.ts', import.meta.url).href)});
    const http = openHttp({ attemptMilliseconds: 4000, attempts: 1, now: () => new Date() });
    const rules = { origins: new Set(['https://mirror.example']), mostBytes: 1000, accept: '*/*' };
    const { bytes } = await http.get(new URL('${address}'), rules, AbortSignal.timeout(8000));
    process.stdout.write(new TextDecoder().decode(bytes));
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      ...process.env,
      ...{ NODE_EXTRA_CA_CERTS: file('certificate.pem'), https_proxy: `http://user:w%40rd@${proxy.address}` },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(out, err).toBe('good');
});
