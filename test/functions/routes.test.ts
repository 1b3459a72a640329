import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { notifierFixtures, signingSecret } from '../contract/kinds/notifiers.ts';
import { PLANTED } from '../contract/notifier/fixture.ts';
import { fetchChecked } from '../support/answers.ts';
import { loadAsWorker } from '../support/as-worker.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openWorld, type World } from '../support/world.ts';

// Every route of the built bundle, over HTTP through the local host, with a real store and a simulated ARM behind it.
const root = fileURLToPath(new URL('../../', import.meta.url));
const { entry } = await build();

interface HttpBinding {
  readonly type: string;
  readonly route: string;
  readonly methods: readonly string[];
  readonly authLevel: string;
}
const routes = Object.entries(loadAsWorker([entry], root).functions).flatMap(([name, bindings]) => {
  const trigger = Object.values(bindings).find(
    (one): one is HttpBinding => 'type' in one && one.type === 'httpTrigger',
  );
  // The page answers browsers, see test/http/page/.
  return trigger === undefined || name === 'page' ? [] : [{ ...trigger, name }];
});

interface Call {
  readonly at: string;
  readonly body?: object;
  readonly status: number;
  readonly says?: string;
}
const why = 'a test';

/** What a call with the key comes to, by method and function. */
const calls: Readonly<Record<string, Call>> = {
  'GET health': { at: 'health', status: 200, says: '"good"' },
  'GET runs': { at: 'runs', status: 200, says: '"applied"' },
  'POST runs': { at: 'runs', body: { dryRun: true }, status: 200, says: '"dryRun":true' },
  'GET run': { at: 'runs/unknown', status: 404, says: 'No run has the id' },
  'GET status': { at: 'status', status: 200, says: '"targets"' },
  'GET holds': { at: 'holds', status: 200, says: '"holds"' },
  'GET inbox': { at: 'inbox', status: 200, says: '"items":[]' },
  'GET registries': { at: 'registries', status: 200, says: '"registries"' },
  'POST answers': {
    at: 'answers',
    body: { kind: 'approve', part: 'unknown', why, by: 'ops' },
    status: 409,
    says: 'unknown',
  },
  'POST preview': { at: 'preview', body: { kind: 'run' }, status: 200, says: '"sums"' },
  'GET plans': { at: 'plans/unknown/part', status: 404, says: 'unknown/part' },
  'GET lookup': { at: 'lookup?ip=192.0.2.1', status: 200, says: '192.0.2.1' },
  'GET changes': { at: 'changes?since=7d', status: 200, says: '"changes"' },
  'GET version': { at: 'version', status: 200, says: '"latest"' },
  'GET atom-target': { at: 'atom/targets/branches', status: 200, says: '<feed xmlns="http://www.w3.org/2005/Atom">' },
  'GET atom-list': { at: 'atom/lists/registry', status: 200, says: '<feed xmlns="http://www.w3.org/2005/Atom">' },
  'GET publications': { at: 'publications', status: 200, says: '"accepted"' },
  'GET publication': { at: 'publications/latest', status: 200, says: '"addressPrefixes"' },
  'GET diff': { at: 'diff?from=latest&to=latest', status: 200, says: '"tags":[]' },
  'GET list': { at: 'lists/nowhere', status: 400, says: 'nowhere' },
  'GET tags': { at: 'tags', status: 200, says: '"published"' },
  'GET tag-history': { at: 'tags/AzureContainerRegistry.Nowhere/history', status: 400, says: 'Nowhere' },
  'GET tag-chart': { at: 'tags/AzureContainerRegistry.Nowhere/chart', status: 400, says: 'Nowhere' },
  'GET region-chart': { at: 'region-weeks/chart?service=Nothing', status: 400, says: 'Nothing' },
  'GET region-weeks': { at: 'region-weeks?service=Nothing', status: 400, says: 'Nothing' },
  'GET why': { at: 'why?address=192.0.2.1', status: 200, says: '192.0.2.1' },
  'POST pause': { at: 'pause', body: { why, by: 'ops' }, status: 201, says: '"pause"' },
  'POST resume': { at: 'resume', body: { why, by: 'ops' }, status: 201, says: '"resume"' },
  'POST pin': { at: 'pin', body: { changeNumber: 1, until: '2d', why, by: 'ops' }, status: 409, says: '1' },
  'POST unpin': { at: 'unpin', body: { why, by: 'ops' }, status: 409, says: 'pin' },
  'GET feeds': { at: 'feeds/branches', status: 200 },
  'HEAD feeds': { at: 'feeds/branches', status: 200 },
  'GET openapi': { at: 'openapi.json', status: 200, says: '"openapi":"3.1.0"' },
  'GET docs': { at: 'docs', status: 200, says: '<h1>HTTP API</h1>' },
  'POST test-channels': { at: 'channels/test', body: {}, status: 200, says: 'taken by the receiver' },
};

let world: World;
let folder: string;
let app: { readonly process: ChildProcess; readonly url: string };
let receiver: Receiver;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'routes-'));
  const publication = path.join(folder, 'ServiceTags_Public_20240101.json');
  await writeFile(publication, generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n' }));
  receiver = await startReceiver();
  const fixtures = notifierFixtures.filter(({ kind }) => kind !== 'email');
  const hidden = Object.assign({}, ...fixtures.map(({ env }) => env(receiver.origin)), {
    FEED_KEY: 'the key of the feed',
  });
  world = await openWorld(inject('azurite'), {
    lists: { registry: { tags: ['AzureContainerRegistry.WestUS'] } },
    targets: {
      branches: { kind: 'feed', mode: 'sync', list: 'registry', name: 'branches', keys: [{ $env: 'FEED_KEY' }] },
    },
    channels: Object.fromEntries(fixtures.map(({ kind, config }) => [kind, { kind, ...config }])),
  });
  Object.assign(world.env, hidden);
  world.set({ publication, now: '2024-01-02T00:00:00Z' });
  expect((await world.run()).status).toBe('applied');
  receiver.received.splice(0);
  const child = fork(path.join(root, 'test/support/app-process.ts'), [entry], {
    env: { ...process.env, ...world.env },
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}`)));
    child.on('message', (message: { url?: string }) => message.url !== undefined && resolve(message.url));
  });
  app = { process: child, url };
}, 90_000);
afterAll(async () => {
  app.process.disconnect();
  await receiver.close();
  await world.close();
  await rm(folder, { recursive: true });
});

async function ask(method: string, at: string, key: string | undefined, body?: object) {
  const answer = await fetchChecked(`${app.url}/api/${at}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { 'x-functions-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

test('every route has a call here for each of its methods', () => {
  const known = routes.flatMap(({ name, methods }) => methods.map((method) => `${method} ${name}`));
  expect(Object.keys(calls).sort()).toEqual(known.sort());
});

describe.each(routes)('$name', ({ name, methods, authLevel }) => {
  const at = Object.entries(calls).find(([call]) => call.endsWith(` ${name}`))?.[1].at ?? '';
  // A feed has keys of its own, which its config names.
  const ownKeys = name === 'feeds';
  const isOpen = authLevel === 'anonymous' && !ownKeys;

  test.each(methods)('%s answers who has the key', async (method) => {
    const call = calls[`${method} ${name}`];
    const { status, text } = await ask(method, at, ownKeys ? 'the key of the feed' : 'a-function-key', call?.body);
    expect(text).toContain(method === 'HEAD' ? '' : (call?.says ?? ''));
    expect({ status, text }).toMatchObject({ status: call?.status });
  });

  test.each(methods)('%s tells nothing to who has none, or a wrong one', async (method) => {
    const { body } = calls[`${method} ${name}`] ?? {};
    const without = [await ask(method, at, undefined, body), await ask(method, at, 'a-guess', body)];
    expect(without.map(({ status }) => status)).toEqual(isOpen ? [200, 200] : [401, 401]);
  });

  test.each(['GET', 'POST'].filter((method) => !methods.includes(method)))('%s is no route of it', async (method) => {
    expect((await ask(method, at, 'a-function-key', method === 'POST' ? {} : undefined)).status).toBe(404);
  });
});

test('a notice of the built service reaches each receiver, the webhook with its signature, and no secret shows', async () => {
  receiver.received.splice(0);
  const { text } = await ask('POST', 'channels/test', 'a-function-key', {});
  const channels = (JSON.parse(text) as { channels: { channel: string; ok: boolean }[] }).channels;
  expect(
    channels
      .filter(({ ok }) => ok)
      .map(({ channel }) => channel)
      .sort(),
  ).toEqual(['slack', 'teams', 'webhook']);
  expect(text).not.toContain(PLANTED);
  const signed = receiver.received.find(({ headers }) => 'webhook-signature' in headers);
  expect(signed?.headers['content-type']).toContain('application/cloudevents+json');
  // The clock of this service is set; only the signature is looked at.
  const id = String(signed?.headers['webhook-id']);
  const at = new Date(Number(signed?.headers['webhook-timestamp']) * 1000);
  expect(signed?.headers['webhook-signature']).toBe(new Webhook(signingSecret).sign(id, at, signed?.body ?? ''));
});
