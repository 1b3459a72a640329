import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { checkAnswer } from './answers.ts';

/**
 * What Easy Auth does in front of an app: no request brings a header of its own, and a token that is known becomes one. Any
 * other token is refused, as Easy Auth refuses a token that is not valid. What the app answers is checked by the document of the
 * API: one that it does not have reaches the client as 599 with what is wrong.
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
      pass(response, asked, answer).catch((error: Error) => answer.destroy(error));
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

async function pass(response: IncomingMessage, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const body = await buffer(response);
  const { statusCode: status = 502, headers } = response;
  const type = headers['content-type']?.split(';', 1)[0];
  try {
    checkAnswer({ method: asked.method ?? '', path: asked.url ?? '', status, type, text: body.toString() });
  } catch (error) {
    const detail = (error as Error).message;
    answer.writeHead(599, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ detail }));
    return;
  }
  answer.writeHead(status, headers).end(body);
}
