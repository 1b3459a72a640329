import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface NoNetwork {
  /** Settings of a process that reaches this machine and nothing else. */
  readonly env: NodeJS.ProcessEnv;
  close(): void;
}

/** A proxy that lets nobody out stands in for a machine without a network, so that tests take the same way everywhere. */
export async function openNoNetwork(): Promise<NoNetwork> {
  const proxy = createServer((_request, response) => response.writeHead(503).end());
  proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return { env: { HTTPS_PROXY: address, https_proxy: address }, close: () => void proxy.close() };
}
