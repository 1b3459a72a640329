import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What Easy Auth does in front of an app: no request brings a header of its own, and a token that is known becomes one. Any
 * other token is refused, as Easy Auth refuses a token that is not valid.
 */
export async function startEasyAuthFront(
  app: string,
  tokens: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((asked, answer) => {
    const headers = { ...asked.headers };
    delete headers['x-ms-client-principal'];
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const known = token === undefined ? {} : tokens[token];
    if (known === undefined) {
      answer.writeHead(401).end();
      return;
    }
    const onward = forward(new URL(asked.url ?? '/', app), {
      method: asked.method,
      headers: { ...headers, ...known },
    });
    onward.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
