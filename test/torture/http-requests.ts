import type { HttpResponseInit } from '@azure/functions';
import { hiddenIn } from '../../src/core/visible-text.ts';
import { feedMemoryOf } from '../../src/feeds/feed-memory.ts';
import { makeFeedServer } from '../../src/feeds/feed-server.ts';
import { handle, type Product } from '../../src/http/handle.ts';
import { pageRoute } from '../../src/http/page/route.ts';
import type { World } from '../histories/world/world.ts';
import { checkInit } from '../support/answers.ts';
import { invocation, request } from '../support/service.ts';
import { easyAuthOn, principal } from '../support/sign-in.ts';
import { filledInstance } from './filled-instance.ts';
import { drawn } from './json-mutant.ts';
import { badText } from './messages.ts';
import { type OddRequest, oddRequests } from './odd-requests.ts';
import { type Part, seedOf } from './part.ts';

/** Requests of one case: what they record stays for those after them. */
const perCase = 40;
/** No request takes so long, also on a busy machine. */
const longestMs = 5_000;
const outside = ['group', 'build', 'hub'] as const;

/** Requests to every route of the API and every view of the page, over an instance that has one of everything. */
export const httpRequests: Part = {
  name: 'http-requests',
  about: 'odd requests to every route and view: answered as the document of the API says, and nothing is written',
  unit: 'instances',
  cases: { short: 3, long: 500 },
  async open({ seed }) {
    const before = Object.keys(easyAuthOn).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, easyAuthOn);
    const counts: Record<string, number> = { requests: 0 };
    return {
      async play(index) {
        const world = await filledInstance('at rest');
        const requests = await oddRequests({ values: await namesIn(world) });
        const product = productOf(world);
        const problems: string[] = [];
        const writes = writesIn(world);
        for (let number = 0; number < perCase; number++) {
          const one = drawn(requests, seedOf(seed, index * perCase + number));
          const { status, found } = await ask(one, product);
          counts.requests = (counts.requests ?? 0) + 1;
          const kind = `${Math.floor(status / 100)}xx`;
          counts[kind] = (counts[kind] ?? 0) + 1;
          problems.push(...found.map((text) => `request ${number}, ${described(one)}: ${text}`));
        }
        if (writesIn(world) !== writes) problems.push('a target was written');
        return problems.map((text) => ({ text }));
      },
      counts: () => counts,
      async close() {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      },
    };
  },
};

function writesIn(world: World): number {
  return outside.reduce((sum, id) => sum + world.resource(id).writes, 0);
}

function described({ method, path, params, query, body }: OddRequest): string {
  return JSON.stringify({ method, path, params, query, body: body?.slice(0, 300) });
}

/** What people would type: ids of holds, parts and runs, names of targets, lists and tags. */
async function namesIn(world: World): Promise<string[]> {
  const { desk, service } = await world.open();
  const [{ items }, runs] = [await desk.inbox(), await service.runs(3)];
  return [
    ...items.map(({ id }) => id),
    ...runs.map(({ run }) => run),
    ...runs.map(({ run }) => `${run}/group`),
    ...['group', 'hub', 'build', 'branches', 'west', 'both', 'Storage.WestUS', 'Storage', 'told'],
  ];
}

export function productOf(world: World): Product {
  return {
    service: async () => (await world.open()).service,
    operator: async () => (await world.open()).desk,
    feeds: async () => makeFeedServer((await world.open()).context, {}, feedMemoryOf({})),
    settings: async () => ({ easyAuth: true, now: () => new Date(world.now) }),
  };
}

async function ask(one: OddRequest, product: Product): Promise<{ readonly status: number; readonly found: string[] }> {
  const { context, lines } = invocation();
  const { method, path, params, query, headers, body } = one;
  const started = performance.now();
  const everyone = principal('reader', 'operator', 'approver', 'feed');
  const more = body === undefined ? {} : { body };
  const asked = request(method, path, { params, query, headers: { ...everyone, ...headers }, ...more });
  const answer = await handle(one.route, asked, context, product);
  const took = performance.now() - started;
  const { status = 200 } = answer;
  return {
    status,
    found: [
      ...faultsIn(one, answer),
      ...(status >= 500 ? [`it answers ${status}: ${lines.join(' ').slice(0, 600)}`] : []),
      ...(took > longestMs ? [`it takes ${took} ms`] : []),
    ],
  };
}

function faultsIn({ route, method }: OddRequest, answer: HttpResponseInit): string[] {
  const text = answer.jsonBody === undefined ? bodyOf(answer) : JSON.stringify(answer.jsonBody);
  const headers = new Headers(answer.headers);
  const faults = badText(text) === undefined ? [] : ['the answer shows the inside of the program'];
  if (headers.get('x-content-type-options') !== 'nosniff') faults.push('no nosniff');
  const hidden = hiddenIn(text);
  if (hidden !== undefined) faults.push(`the answer has ${hidden}`);
  if (route.name === pageRoute.name) {
    if (!/default-src 'none'/.test(headers.get('content-security-policy') ?? '')) faults.push('no policy of the page');
    return faults;
  }
  try {
    // No server sends the body of an answer to HEAD.
    const { jsonBody, body, ...head } = answer;
    checkInit(route.name, method, method === 'HEAD' ? head : answer);
  } catch (error) {
    faults.push(String(error));
  }
  return faults;
}

function bodyOf({ body }: HttpResponseInit): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : String(body ?? '');
}
