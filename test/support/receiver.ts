import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What a receiver of notices does with the next one.
 * - `take`: 200. `silent`: takes it and never answers. `cut`: takes it, then breaks the connection.
 * - `slow`: answers 200 at once and never ends its body. Or a status, with headers.
 */
export type Manner =
  | 'take'
  | 'silent'
  | 'cut'
  | 'slow'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly manner: Manner;
}

export interface Receiver {
  readonly origin: string;
  /** Everything that arrived, in order, whatever became of it. */
  readonly received: Received[];
  /** How it behaves: one manner after the other, the last one for good. */
  behave(...manners: Manner[]): void;
  close(): Promise<void>;
}

/** A receiver of notices on a free port that fails in every usual way. */
export async function startReceiver(): Promise<Receiver> {
  let manners: Manner[] = ['take'];
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const manner = (manners.length > 1 ? manners.shift() : manners[0]) ?? 'take';
    received.push({ path: request.url ?? '', headers: request.headers, body, manner });
    if (manner === 'silent') return;
    if (manner === 'cut') {
      response.destroy();
    } else if (manner === 'slow') {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('so');
    } else if (manner === 'take') {
      response.writeHead(200).end('ok');
    } else {
      response.writeHead(manner.status, manner.headers).end(manner.body ?? '');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    behave: (...next) => {
      manners = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
