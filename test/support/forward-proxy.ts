import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ForwardProxy {
  /** Without a login. */
  readonly address: string;
  /** What came: `CONNECT mirror.example:443`, `GET http://mirror.example/file`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/**
 * A real forward proxy, which resolves every host name to a port of this machine.
 * @param login `user:password` that it wants; every client is let through if absent.
 */
export async function startForwardProxy(port: number, login?: string): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const isLetIn = ({ headers }: IncomingMessage): boolean =>
    expected === undefined || headers['proxy-authorization'] === expected;
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (!isLetIn(incoming)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic realm="test"' }).end();
    const { pathname, search } = new URL(incoming.url ?? '');
    const outgoing = request({ port, host: '127.0.0.1', path: `${pathname}${search}`, headers: incoming.headers });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.end();
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    sockets.add(socket);
    if (!isLetIn(incoming)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const far = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(far).pipe(socket);
    });
    sockets.add(far);
    for (const one of [socket, far]) one.on('error', () => one.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
