import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

import { buffer } from 'node:stream/consumers';

/** One request to Storage, as it passes by. */
export interface PassingRequest {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * What becomes of a request.
 * - `forward`: as without a proxy; with `url`, that one is asked for.
 * - `refuse`: 403 without reaching Storage; no client tries that again.
 * - `refuse after`: Storage does it, the client gets 403: as if the process had died before reading the answer.
 * - `lose answer`: Storage does it, then the connection breaks: the client tries again.
 * - `busy`: 503, to be tried again at once.
 * - `hang`: never answered.
 * - `answer`: 200 with these headers and this body, without reaching Storage.
 */
export type Fate =
  | 'forward'
  | 'refuse'
  | 'refuse after'
  | 'lose answer'
  | 'busy'
  | 'hang'
  | { readonly kind: 'forward'; readonly url: string }
  | { readonly kind: 'answer'; readonly headers: Readonly<Record<string, string>>; readonly body: string };

export interface StorageProxy {
  readonly connectionString: string;
  /** All requests so far. */
  readonly seen: readonly PassingRequest[];
  /** Decides from now on, and counts from 1 again. */
  decide(fate: (request: PassingRequest) => Fate): void;
  close(): Promise<void>;
}

/** Three servers before the three services of `connectionString`: requests are signed without their port. */
export async function startStorageProxy(connectionString: string): Promise<StorageProxy> {
  let decide: (request: PassingRequest) => Fate = () => 'forward';
  let number = 0;
  const seen: PassingRequest[] = [];
  const servers: Server[] = [];
  let proxied = connectionString;
  for (const [endpoint] of connectionString.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)) {
    const server = createServer((incoming, outgoing) => {
      number++;
      const passing = { number, method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
      seen.push(passing);
      pass(incoming, outgoing, endpoint, decide(passing)).catch(() => outgoing.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    proxied = proxied.replace(endpoint, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  return {
    connectionString: proxied,
    seen,
    decide: (fate) => {
      decide = fate;
      number = 0;
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await Promise.resolve();
    },
  };
}

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, endpoint: string, fate: Fate): Promise<void> {
  const body = await buffer(incoming);
  if (fate === 'hang') return;
  if (fate === 'refuse') return refuse(outgoing);
  if (fate === 'busy') {
    outgoing.writeHead(503, { 'retry-after-ms': '1', 'x-ms-error-code': 'ServerBusy' }).end();
    return;
  }
  if (typeof fate === 'object' && fate.kind === 'answer') {
    outgoing.writeHead(200, fate.headers).end(fate.body);
    return;
  }
  const url = typeof fate === 'object' ? fate.url : (incoming.url ?? '');
  const forwarded = request(`${endpoint}${url}`, { method: incoming.method, headers: incoming.headers });
  forwarded.end(body);
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
  if (fate === 'refuse after' || fate === 'lose answer') {
    await buffer(answer);
    if (fate === 'lose answer') outgoing.destroy();
    else refuse(outgoing);
    return;
  }
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  answer.pipe(outgoing);
}

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(403, { 'x-ms-error-code': 'AuthorizationFailure' }).end();
}
