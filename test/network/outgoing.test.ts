import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outgoingFetch, outgoingFetchWith } from '../../src/network/outgoing.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { stubNoProxies } from '../support/proxy-env.ts';

beforeEach(stubNoProxies);
afterEach(() => void vi.unstubAllEnvs());

/** A server that counts the connections to it. */
async function startCounting() {
  const seen = { connections: 0 };
  const server = createServer((_, response) => response.end('ok'));
  server.on('connection', () => seen.connections++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test.each([
  ['outgoingFetch', outgoingFetch],
  ['one with options of its own', outgoingFetchWith({ timeout: 5_000 })],
])('%s makes no connection for each call', async (_, fetch) => {
  const server = await startCounting();
  for (let i = 0; i < 10; i++) await (await fetch(`http://127.0.0.1:${server.port}/`, {})).text();
  // Two where a call came before the connection of the one before was free again.
  expect(server.seen.connections).toBeLessThan(4);
  await server.close();
});

test('proxy settings that come later count', async () => {
  const server = await startCounting();
  const proxy = await startForwardProxy(server.port);
  const fetch = outgoingFetchWith();
  await (await fetch(`http://127.0.0.1:${server.port}/`, {})).text();
  for (const name of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, `http://${proxy.address}`);
  await (await fetch('http://receiver.example/', {})).text();
  expect(proxy.asked).toHaveLength(1);
  await proxy.close();
  await server.close();
});
