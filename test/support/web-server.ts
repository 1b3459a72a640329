import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer, as data. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /**
   * `cut`: the connection breaks in mid-body; `endless`: the body never ends; `stalled`: it starts and then nothing
   * more comes; `silent`: no answer at all.
   */
  readonly how?: 'cut' | 'endless' | 'stalled' | 'silent';
}

export interface WebServer {
  readonly origin: string;
  /** What was asked, in order: paths and headers. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** What a path answers: one reply for good, or one after the other, the last one for good. Other paths: 404. */
  answer(path: string, ...replies: Reply[]): void;
  close(): Promise<void>;
}

/** A real HTTP server on a free port that does what it is told, also what servers should not. */
export async function startWebServer(): Promise<WebServer> {
  const routes = new Map<string, Reply[]>();
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, headers: request.headers });
    const replies = routes.get(path) ?? [{ status: 404 }];
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    send(response, reply ?? {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    answer: (path, ...replies) => {
      routes.set(path, replies);
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', how }: Reply): void {
  if (how === 'silent') return;
  const bytes = Buffer.from(body);
  if (how === 'endless') {
    response.writeHead(status, headers);
    const more = (): void => {
      if (!response.destroyed && response.write(bytes)) setImmediate(more);
    };
    response.on('drain', more);
    more();
    return;
  }
  response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
  if (how === 'stalled') response.write(bytes.subarray(0, bytes.length / 2));
  else if (how === 'cut') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else response.end(bytes);
}
