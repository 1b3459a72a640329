import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { routes } from '../../src/http/routes.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { fetchChecked } from '../support/answers.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { easyAuthOn, principal } from '../support/sign-in.ts';
import { openWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const feed = (name: string, more: object) => ({ kind: 'feed', mode: 'sync', list: 'registry', name, ...more });
const config = {
  lists: { registry: { tags: ['AzureContainerRegistry.WestUS'] } },
  targets: {
    branches: feed('branches', { keys: [{ $env: 'FEED_KEY' }], devices: { hq: { secrets: [{ $env: 'HQ' }] } } }),
    inside: feed('inside', { addresses: ['10.0.0.0/8'] }),
  },
};

const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`hq:${password}`).toString('base64')}` });

const apps = {
  'the feeds app behind Easy Auth': { SERVICE_TAG_SYNC_SERVES: 'feeds', ...easyAuthOn },
  'the acting app behind Easy Auth': { ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'required' },
  'an app without Easy Auth': {},
  'an app with a misspelt setting': { ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'Required' },
  'an app whose Easy Auth is switched off': { SERVICE_TAG_SYNC_EASY_AUTH: '1', SERVICE_TAG_SYNC_SIGN_IN: 'required' },
} as const;
type App = keyof typeof apps;

let world: World;
let folder: string;
const running = new Map<App, { process: ChildProcess; url: string; lines: string[] }>();

async function start(app: App, bundle: string): Promise<void> {
  const child = fork(join(root, 'test/support/app-process.ts'), [bundle], {
    env: {
      ...process.env,
      ...world.env,
      FEED_KEY: 'k1, 16 characters or more',
      HQ: 'a secret of the device hq',
      ...apps[app],
    },
  });
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${app} ended with ${code}: ${lines.join('\n')}`)));
    child.on('message', (message: { url?: string; line?: string }) => {
      if (message.line !== undefined) lines.push(message.line);
      if (message.url !== undefined) resolve(message.url);
    });
  });
  running.set(app, { process: child, url, lines });
}

async function ask(app: App, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  const answer = await fetchChecked(`${running.get(app)?.url}/api/${path}`, { method, headers });
  await answer.arrayBuffer();
  return answer;
}

/** The status of every route and method of an app, for one caller. */
async function askAll(app: App, headers: Record<string, string>): Promise<[string, number][]> {
  const asked = routes.flatMap(({ path, methods }) =>
    methods.map((method) => ({ path: path.replace(/\{[^}]+\}/g, 'branches'), method })),
  );
  return Promise.all(
    asked.map(async ({ path, method }): Promise<[string, number]> => {
      return [`${method} ${path}`, (await ask(app, path, headers, method)).status];
    }),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
  const publication = join(folder, 'ServiceTags_Public_20240101.json');
  await writeFile(publication, generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n' }));
  world = await openWorld(inject('azurite'), config);
  world.set({ publication, now: '2024-01-02T00:00:00Z' });
  const [{ entry }, run] = await Promise.all([build({ outdir: join(folder, 'functions') }), world.run()]);
  expect(run.status).toBe('applied');
  await Promise.all((Object.keys(apps) as App[]).map((app) => start(app, entry)));
  // A build and five processes: more than the usual half minute where much else runs.
}, 90_000);
afterAll(async () => {
  for (const { process: child } of running.values()) child.disconnect();
  await world.close();
  await rm(folder, { recursive: true });
});

describe.each(['the feeds app behind Easy Auth', 'the acting app behind Easy Auth'] as const)(
  '%s gives a feed',
  (app) => {
    test.each([
      ['to the role feed', principal('feed'), 200],
      ['to the role feed among others', principal('reader', 'feed'), 200],
      ['not to a reader', principal('reader'), 403],
      ['not to an approver', principal('operator', 'approver'), 403],
      ['not to a sign-in without roles', principal(), 403],
      ['not to nobody', {}, 401],
      ['not to a token that Easy Auth did not know', { authorization: 'Bearer x' }, 401],
      ['not to a principal that says nothing', { 'x-ms-client-principal': 'e30=' }, 400],
      ['to a device', basic('a secret of the device hq'), 200],
      ['to a key', { 'x-functions-key': 'k1, 16 characters or more' }, 200],
      ['not to a wrong secret, whoever signed in beside it', { ...basic('guess'), ...principal('feed') }, 401],
      ['not to a wrong key, whoever signed in beside it', { 'x-functions-key': 'k2', ...principal('feed') }, 401],
    ])('%s', async (_, headers, status) => {
      expect((await ask(app, 'feeds/branches', headers)).status).toBe(status);
    });

    test('only from where the feed may be had', async () => {
      const from = (address: string) => ({ ...principal('feed'), 'x-forwarded-for': address });
      expect((await ask(app, 'feeds/inside', from('198.51.100.1:4711'))).status).toBe(403);
      expect((await ask(app, 'feeds/inside', from('10.1.2.3:4711'))).status).toBe(200);
    });

    test('and does not log who had it', async () => {
      await ask(app, 'feeds/branches', principal('feed'));
      await ask(app, 'feeds/branches', principal('reader'));
      expect(running.get(app)?.lines.join('\n')).toContain('no-role');
      expect(running.get(app)?.lines.join('\n')).not.toContain('gateway');
    });
  },
);

test('a principal that anybody may have written counts for nothing', async () => {
  const app = 'an app without Easy Auth';
  expect((await ask(app, 'feeds/branches', principal('feed'))).status).toBe(401);
  expect(
    (await ask(app, 'feeds/branches', { ...principal('reader'), ...basic('a secret of the device hq') })).status,
  ).toBe(200);
  expect((await ask(app, 'status', principal('reader'))).status).toBe(401);
});

test('the role feed opens feeds and nothing else', async () => {
  const app = 'the acting app behind Easy Auth';
  expect((await ask(app, 'status', principal('feed'))).status).toBe(403);
  expect((await ask(app, 'status', principal('reader'))).status).toBe(200);
  expect((await ask(app, 'runs', principal('feed'), 'POST')).status).toBe(403);
  // Any app role may read the description of the API.
  expect((await ask(app, 'openapi.json', principal('feed'))).status).toBe(200);
  expect((await ask(app, 'openapi.json', principal())).status).toBe(403);
});

// Easy Auth lets everything through, so that devices reach their feeds: what must not be open is refused here.
test('where everybody must sign in, no route but health answers whoever did not', async () => {
  const answers = await askAll('the acting app behind Easy Auth', { 'x-functions-key': 'a-function-key' });
  expect(answers.filter(([, status]) => status !== 401)).toEqual([['GET health', 200]]);
});

const key = { 'x-functions-key': 'a-function-key' };

test.each([
  ['none', {}],
  ['a key', key],
  ['an approver', principal('approver')],
  ['a device', basic('a secret of the device hq')],
])('a misspelt setting opens no route, and health says so: %s', async (_, headers) => {
  const app = 'an app with a misspelt setting';
  const answers = await askAll(app, headers);
  expect(answers.filter(([, status]) => status !== 503)).toEqual([]);
  const health = await fetchChecked(`${running.get(app)?.url}/api/health`);
  expect(await health.json()).toMatchObject({ status: 'failing', checks: [{ name: 'sign-in', ok: false }, {}] });
  expect(running.get(app)?.lines.join('\n')).toContain('SERVICE_TAG_SYNC_SIGN_IN: expected required');
});

test('where Easy Auth was switched off, a forged sign-in opens nothing, and devices keep their feeds', async () => {
  const app = 'an app whose Easy Auth is switched off';
  const of = async (headers: Record<string, string>) =>
    (await askAll(app, headers)).filter(([, status]) => status !== 503);
  expect(await of(principal('feed', 'reader', 'operator', 'approver'))).toEqual([]);
  expect(await of({ ...principal('approver'), ...key })).toEqual([]);
  // Without a secret of the feed it asks for one, as ever.
  expect(await of({})).toEqual([
    ['GET feeds/branches', 401],
    ['HEAD feeds/branches', 401],
  ]);
  expect((await ask(app, 'feeds/branches', basic('a secret of the device hq'))).status).toBe(200);
  const health = await fetchChecked(`${running.get(app)?.url}/api/health`);
  expect(await health.json()).toMatchObject({ status: 'failing' });
  const told = await fetchChecked(`${running.get(app)?.url}/api/status`, { headers: principal('approver') });
  expect(await told.json()).toMatchObject({ status: 503, detail: expect.stringContaining('Switch authentication on') });
  expect(running.get(app)?.lines.join('\n')).toContain('WEBSITE_AUTH_ENABLED');
});

test.each(['the feeds app behind Easy Auth', 'the acting app behind Easy Auth'] as const)(
  '%s has taken down who pulled when it ends, at the latest',
  async (app) => {
    const etag = (
      await ask(app, 'feeds/inside', { ...principal('feed'), 'x-forwarded-for': '10.1.2.3:4711' })
    ).headers.get('etag');
    const { process: child } = running.get(app) ?? expect.fail('it does not run');
    running.delete(app);
    child.disconnect();
    await once(child, 'exit');
    const name = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
    const { feeds } = await openTestStore({ instance: name, queuePrefix: name });
    const client = 'signed-in:gateway@contoso.example';
    expect(await feeds.pulls('inside')).toContainEqual(expect.objectContaining({ client, etag, family: 'all' }));
  },
);
