import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOptions, wholeNumber } from '../../command-options.ts';
import type { Answer, ArmOptions, Call } from './call.ts';
import { RequestLog } from './call.ts';
import { Buckets, Faults } from './faults.ts';
import { Operations } from './operations.ts';
import { isWrite, serveArm } from './serve-arm.ts';
import { type Controlled, serveControl } from './serve-control.ts';
import { ArmState } from './state.ts';
import { resourceTypes } from './types/index.ts';

export interface SimulatedArm {
  /** With the secret as its path, if there is one: who has it may do everything. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a server that answers as Azure Resource Manager does, as far as this product needs it: shapes, long-running
 * operations, limits and errors as documented. State is in memory. `/-/` holds what tests need: resources, log, faults.
 */
export async function startSimulatedArm(given: ArmOptions = {}): Promise<SimulatedArm> {
  const options: Required<ArmOptions> = {
    port: 0,
    secret: '',
    operationMs: 50,
    latencyMs: 0,
    now: () => new Date(),
    whenBusy: 409,
    throttle: false,
    pageSize: 100,
    newId: randomUUID,
    ...given,
  };
  const state = new ArmState(resourceTypes, options.newId);
  const operations = new Operations(state);
  const controlled: Controlled = {
    simulation: { state, operations, options },
    faults: new Faults(),
    log: new RequestLog(),
    buckets: new Buckets(options.throttle),
  };
  const server = createServer((request, response) => {
    serve(controlled, request, response).catch((error: unknown) => {
      process.stderr.write(`simulated ARM: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: { error: { code: 'SimulationFault', message: String(error) } } });
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}${rootOf(options)}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(controlled: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { simulation, faults, log } = controlled;
  const { options } = simulation;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method ?? 'GET';
  const root = rootOf(options);
  if (!isBelow(root, url.pathname)) {
    request.resume();
    send(response, refused);
    return;
  }
  const path = decodeURIComponent(url.pathname.slice(root.length));
  const body = await readBody(request);
  const control = path.startsWith('/-/');
  const fault = control ? undefined : faults.take(method, path);
  const delay = (control ? 0 : options.latencyMs) + (fault?.delayMs ?? 0);
  if (delay > 0) await sleep(delay);

  const now = options.now();
  simulation.operations.settle(now.getTime());
  const call: Call = {
    method,
    path,
    query: url.searchParams,
    headers: { authorization: request.headers.authorization, 'if-match': request.headers['if-match'] },
    body,
    base: baseOf(request, root),
    now: now.getTime(),
    fault,
  };
  if (control) {
    send(response, serveControl(controlled, call));
    return;
  }
  if (fault?.foreign !== undefined) simulation.state.change(fault.foreign.id, fault.foreign.merge);
  const answer =
    fault?.drop === 'before' ? undefined : (scripted(call) ?? serveArm(simulation, controlled.buckets, call));
  const cut = fault?.drop !== undefined || answer === undefined;
  log.add({
    at: now.toISOString(),
    method,
    path,
    apiVersion: url.searchParams.get('api-version'),
    status: cut ? null : answer.status,
    ...(call.body === undefined ? {} : { body: call.body }),
    write: isWrite(method),
  });
  if (cut) request.socket.destroy();
  else send(response, withIds(answer, options.newId()));
}

/** Where everything lies below: the secret, or nothing. */
function rootOf({ secret }: Required<ArmOptions>): string {
  return secret === '' ? '' : `/${secret}`;
}

/** Compares digests, so that no position of a difference can be timed. */
function isBelow(root: string, path: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return root === '' || timingSafeEqual(digest(`${root}/`), digest(`${path}/`.slice(0, root.length + 1)));
}

const refused: Answer = {
  status: 401,
  body: {
    error: {
      code: 'AuthenticationFailed',
      message:
        'This simulated ARM belongs to one `npm start`: expected a path that begins with its secret, got another one. SERVICE_TAG_SYNC_ARM in connection.json of its data folder is the address with it.',
    },
  },
};

/** The answer that a fault prescribes, if it does. */
function scripted({ fault }: Call): Answer | undefined {
  if (fault?.status === undefined) return undefined;
  const error = { code: fault.code ?? 'ScriptedFault', message: fault.message ?? 'A scripted fault.' };
  return { status: fault.status, body: { error }, ...(fault.headers === undefined ? {} : { headers: fault.headers }) };
}

function withIds(answer: Answer, id: string): Answer {
  return { ...answer, headers: { 'x-ms-request-id': id, 'x-ms-correlation-request-id': id, ...answer.headers } };
}

/** A client that sends requests here instead of to the real address says so, and gets absolute URLs under that address. */
function baseOf(request: IncomingMessage, root: string): string {
  const { 'x-forwarded-proto': protocol = 'http', 'x-forwarded-host': forwarded, host = 'localhost' } = request.headers;
  return forwarded === undefined
    ? `${String(protocol)}://${host}${root}`
    : `${String(protocol)}://${String(forwarded)}`;
}

/** The parsed body, undefined if there is none. Text that is not JSON is treated as none: ARM refuses both alike. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  try {
    return await json(request);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The simulated ARM as a process of its own: prints one line, `{"url": ...}`, and stays up until SIGTERM or SIGINT. */
if (import.meta.main) {
  const usage = `npm -s run arm -- [--port N] [--operation-ms N] [--latency-ms N] [--when-busy 409|429] [--throttle]
  A simulated Azure Resource Manager, empty at first. Prints its address and runs until Ctrl+C. A toy: every user of this
  machine can call it, with any token.
    --port N             0, the default: a free one
    --operation-ms N     how long a long-running operation takes; 50 by default
    --latency-ms N       how long each request takes beside that; 0 by default
    --when-busy STATUS   what a write meets while another operation runs; 409 by default
    --throttle           Azure's documented token buckets apply
  PUT <url>/-/resources puts resources there, GET <url>/-/log shows its requests, PUT <url>/-/faults makes them fail.`;
  const values = commandOptions(usage, {
    port: { type: 'string', default: '0' },
    'operation-ms': { type: 'string', default: '50' },
    'latency-ms': { type: 'string', default: '0' },
    'when-busy': { type: 'string', default: '409' },
    throttle: { type: 'boolean', default: false },
  });
  const week = 7 * 86_400_000;

  const arm = await startSimulatedArm({
    port: wholeNumber('--port', values.port, 65_535),
    operationMs: wholeNumber('--operation-ms', values['operation-ms'], week),
    latencyMs: wholeNumber('--latency-ms', values['latency-ms'], week),
    whenBusy: values['when-busy'] === '429' ? 429 : 409,
    throttle: values.throttle,
  });
  process.stdout.write(`${JSON.stringify({ url: arm.url })}\n`);
  process.stderr.write(`simulated ARM at ${arm.url}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      arm.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
