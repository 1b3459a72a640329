import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { handle, type Product } from '../../src/http/handle.ts';
import { routeFor, routes } from '../../src/http/routes.ts';
import type { RunView, Service } from '../../src/run/service.ts';
import { checkInit } from './answers.ts';

/** A service that knows one run and remembers what it was asked. */
export function serviceForTests(changes: Partial<Service> = {}): Service & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    async requestRun(request) {
      asked.push(['requestRun', request]);
      return { run: 'r-1', status: 'queued', joined: false, targets: ['groups'] };
    },
    async dryRun(request) {
      asked.push(['dryRun', request]);
      return { plans: [], outcomes: [], events: [] };
    },
    startRun: async (message) => void asked.push(['beginRun', message]),
    workLane: async (message) => void asked.push(['workLane', message]),
    giveUpLane: async (message, reason) => void asked.push(['giveUpLane', message, reason]),
    deliver: async (message) => void asked.push(['deliver', message]),
    async testChannels(ids) {
      asked.push(['testChannels', ids]);
      return [{ channel: 'ops', kind: 'log', ok: true, text: 'taken by the receiver' }];
    },
    runMaintenance: async () => void asked.push(['keepHouse']),
    run: async (id) => (id === 'r-1' ? someRun : undefined),
    async runs(most) {
      asked.push(['runs', most]);
      return [someRun];
    },
    readTargets: async () => [],
    knowsPublication: async () => false,
    health: async () => ({ ok: true, checks: [{ name: 'storage', ok: true, text: 'answers' }] }),
    ...changes,
  };
}

export const someRun: RunView = {
  run: 'r-1',
  status: 'applied',
  trigger: 'http',
  targets: [{ id: 'groups', kind: 'ip-group', list: 'registry', status: 'applied', outcomes: [] }],
  events: [{ kind: 'target-changed', target: 'groups', added: ['192.0.2.0/24'], removed: [] }],
  armWrites: 1,
};

/** A request as the Functions library builds it. */
export function request(
  method: string,
  path: string,
  more: {
    body?: string;
    params?: Record<string, string>;
    query?: Record<string, string>;
    headers?: Record<string, string>;
  } = {},
): HttpRequest {
  const { body, ...rest } = more;
  // As the Functions host hands it on: with the length, without which no body would be there.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new HttpRequest({
    method,
    url: `http://localhost${path}`,
    ...rest,
    headers: { ...length, ...rest.headers },
    ...(body === undefined ? {} : { body: { string: body } }),
  });
}

const closed = async (): Promise<never> => {
  throw new Error('this part of the product is not open in this test');
};

/** Who asks with a function key and no sign-in. */
export const byKey = { name: 'a function key', how: 'key' } as const;

/** No part of the product can be opened. */
export const closedProduct: Product = { service: closed, operator: closed, feeds: closed, settings: closed };

/** Asks a function of the table of routes, and checks the answer by the document of the API. What it asks for and is not given cannot be opened. */
export async function ask(
  name: string,
  request: HttpRequest,
  product: Partial<Product>,
  { context } = invocation(),
): Promise<HttpResponseInit> {
  const rows = routes.filter((row) => row.name === name);
  const route = routeFor(rows, request.method);
  if (route === undefined) throw new Error(`no route answers ${request.method} of ${name}`);
  const answer = await handle(route, request, context, { ...closedProduct, ...product });
  checkInit(name, request.method, answer);
  return answer;
}

/** An invocation whose log lines are kept. */
export function invocation(): { context: InvocationContext; lines: string[] } {
  const lines: string[] = [];
  const logHandler = (level: string, ...parts: unknown[]): void => void lines.push([level, ...parts].join(' '));
  return { context: new InvocationContext({ invocationId: 'i-1', functionName: 'tested', logHandler }), lines };
}
