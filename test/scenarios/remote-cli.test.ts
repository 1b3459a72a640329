import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { cli } from '../cli/run-cli.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { startEasyAuthFront } from '../support/easy-auth-front.ts';
import { easyAuthOn, principal } from '../support/sign-in.ts';
import { openWorld, type World } from '../support/world.ts';

// The command line against a deployed service: the built app, where everyone must sign in, behind what Easy Auth does.

const root = fileURLToPath(new URL('../../', import.meta.url));
const config = {
  answers: { groups: ['approver'] },
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: {
    branches: { kind: 'feed', mode: 'sync', list: 'west', name: 'branches', addresses: ['10.0.0.0/8'] },
    plants: {
      kind: 'feed',
      mode: 'sync',
      list: 'west',
      name: 'plants',
      addresses: ['10.0.0.0/8'],
      approval: { add: 'always' },
    },
  },
};
const prefixes = Array.from({ length: 12 }, (_, i) => `20.1.${i * 2}.0/24`);

let world: World;
let folder: string;
const apps: ChildProcess[] = [];
let keyed: string;
let front: Awaited<ReturnType<typeof startEasyAuthFront>>;
let part: string;
let first: string;
let storage: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remote-cli-'));
  const fileOf = async (date: string, changeNumber: number, listed: readonly string[]) => {
    const file = join(folder, `ServiceTags_Public_${date}.json`);
    await writeFile(file, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': listed } }));
    return file;
  };
  world = await openWorld(inject('azurite'), config);
  world.set({ publication: await fileOf('20240115', 200, prefixes), now: '2024-01-16T12:00:00Z' });
  first = (await world.run()).run;
  part =
    (await (await world.desk()).plan(`${first}/plants`))?.plan.parts.find(({ steps }) => steps.length > 0)?.id ?? '';
  world.set({ publication: await fileOf('20240122', 201, prefixes.slice(0, 2)), now: '2024-01-23T12:00:00Z' });
  expect((await world.run()).status).toBe('waiting');
  const account = join(folder, 'account');
  await writeFile(account, inject('azurite'), { mode: 0o600 });
  storage = ['--storage-file', account];
  const { entry } = await build({ outdir: join(folder, 'functions') });
  const start = async (env: object): Promise<string> => {
    const app = fork(join(root, 'test/support/app-process.ts'), [entry], {
      env: { ...process.env, ...world.env, ...env },
    });
    apps.push(app);
    return new Promise((resolve, reject) => {
      app.once('exit', (code) => reject(new Error(`the app ended with ${code}`)));
      app.on('message', (message: { url?: string }) => message.url !== undefined && resolve(message.url));
    });
  };
  const url = await start({ ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'required' });
  keyed = await start({});
  front = await startEasyAuthFront(url, {
    'of-a-reader': principal('reader'),
    'of-an-operator': principal('operator'),
    'of-an-approver': principal('approver'),
  });
}, 90_000);
afterAll(async () => {
  await front.close();
  for (const app of apps) app.disconnect();
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

/** A command with a token, which is in the environment: `az account get-access-token` gives such a one. */
function as(token: string, ...args: string[]): ReturnType<typeof cli> {
  vi.stubEnv('SERVICE_TAG_SYNC_URL', front.url);
  vi.stubEnv('SERVICE_TAG_SYNC_TOKEN', token);
  return cli(...args);
}

describe('a reader', () => {
  test('asks everything that there is to see, as it is on this side of the API', async () => {
    const desk = await world.desk();
    const status = await as('of-a-reader', 'status', '--json');
    expect(status.err).toBe('');
    expect(JSON.parse(status.out)).toMatchObject({ instance: world.env.SERVICE_TAG_SYNC_QUEUES, questions: 1 });
    expect((await as('of-a-reader', 'status')).out).toContain('Publication 201 of 2024-01-22 is in force');
    expect(JSON.parse((await as('of-a-reader', 'holds', '--json')).out)).toEqual(
      JSON.parse(JSON.stringify(await desk.holds())),
    );
    const found = await as('of-a-reader', 'lookup', '20.1.2.1');
    expect(found).toMatchObject({ code: 0, out: expect.stringContaining('Storage.WestUS') });
    expect((await as('of-a-reader', 'lookup', '192.0.2.1')).code).toBe(1);
    const told = await as('of-a-reader', 'why', '20.1.2.1', '--at', '2024-01-22', '--json');
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(told.out)).toEqual(
      JSON.parse(JSON.stringify(await desk.why({ address: '20.1.2.1', at: '2024-01-22' }))),
    );
    expect((await as('of-a-reader', 'why', '20.1.2.1', '--target', 'x')).err).toContain('target: expected one of');
    expect((await as('of-a-reader', 'changes', '--target', 'branches', '--limit', '3')).out).toContain('branches');
    expect((await as('of-a-reader', 'advise')).code).toBe(0);
    expect((await as('of-a-reader', 'plan', `${first}/plants`, '--format', 'csv')).out).toContain('20.1.0.0/24');
    const none = await as('of-a-reader', 'plan', 'no/such');
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('no recorded plan is no/such') });
  });

  test('asks what changed, as it is on this side of the API', async () => {
    const desk = await world.desk();
    const same = async (command: readonly string[], here: unknown) => {
      const { code, err, out } = await as('of-a-reader', ...command, '--json');
      expect({ code, err }, command.join(' ')).toEqual({ code: 0, err: '' });
      expect(JSON.parse(out), command.join(' ')).toEqual(JSON.parse(JSON.stringify(here)));
    };
    const filters = ['--since', '2024-01-01', '--tag', 'Storage.*', '--kind', 'first-contact', '--limit', '3'];
    const query = { since: '2024-01-01', tag: 'Storage.*', kind: 'first contact', most: 3 } as const;
    const page = await desk.changes(query);
    expect(page).toMatchObject({ changes: [{}, {}, {}], next: expect.any(String) });
    await same(['changes', ...filters], page);
    await same(['changes', ...filters, '--after', page.next ?? ''], await desk.changes({ ...query, after: page.next }));
    await same(['version'], await desk.version());
    await same(['publications'], await desk.publications());
    await same(['diff', '200', '201'], await desk.diff('200', '201', {}));
    const runs = JSON.parse((await as('of-a-reader', 'runs', '--limit', '1', '--json')).out);
    expect(runs).toMatchObject({ ...(await desk.runs({ most: 1 })), runs: [{ href: expect.any(String) }] });
    const run = JSON.parse((await as('of-a-reader', 'run', first, '--json')).out);
    expect(run).toMatchObject({ run: first, plans: (await desk.run(first))?.plans });

    const out = join(folder, 'as-it-came.json');
    expect(await as('of-a-reader', 'publication', '200', '--out', out)).toMatchObject({ code: 0, out: '' });
    expect(await readFile(out)).toEqual(await readFile(join(folder, 'ServiceTags_Public_20240115.json')));
    expect((await as('of-a-reader', 'publication', '200', '--out', out)).code).toBe(2);
  });

  test.each([
    [['run', 'no-such-run'], 1, /no run has the id no-such-run/],
    [['publication', '199'], 1, /expected a publication that is kept, got 199/],
    [['diff', '199', '200'], 1, /got "199"/],
    [['changes', '--since', 'yesterday'], 1, /expected a date .*got "yesterday"/],
    [['changes', '--kind', 'gravity'], 2, /first-contact/],
    [['changes', '--csv', '--json'], 2, /--csv/],
    [['runs', '--limit', '101'], 2, /1 to 100/],
    [['run', 'x', '--target', 'hub'], 2, /got both/],
  ])('%j is refused in the same way over the API and over storage', async (command, code, text) => {
    const local = await cli(...command, '--config', world.env.SERVICE_TAG_SYNC_CONFIG ?? '', ...storage);
    for (const ended of [await as('of-a-reader', ...command), local]) {
      expect(ended).toMatchObject({ code, err: expect.stringMatching(text) });
    }
  });

  test('decides nothing and starts nothing, and reads why', async () => {
    const decided = await as('of-a-reader', 'approve', part, '--why', 'may I');
    expect(decided).toMatchObject({ code: 1, err: expect.stringContaining('Expected the app role "approver"') });
    expect(await as('of-a-reader', 'run')).toMatchObject({ code: 1, err: expect.stringContaining('"operator"') });
    expect(await as('of-a-reader', 'plan')).toMatchObject({ code: 1, err: expect.stringContaining('"operator"') });
  });
});

test('an operator plans, by the config that is deployed or by another, asks for a run, pauses and resumes', async () => {
  const planned = await as('of-an-operator', 'plan');
  expect(planned.err).toBe('');
  expect(planned.out).toContain('Publication 201 of 2024-01-22');
  expect(planned.out).toContain('plants');
  const other = join(folder, 'other.json');
  const instance = world.env.SERVICE_TAG_SYNC_QUEUES;
  const { branches } = config.targets;
  await writeFile(other, JSON.stringify({ schema: 1, cloud: 'Public', instance, ...config, targets: { branches } }));
  const ofOther = await as('of-an-operator', 'plan', '--config', other, '--url', front.url);
  expect(ofOther.err).toBe('');
  expect(ofOther.out).toContain('branches');
  expect(ofOther.out).not.toContain('plants');
  expect((await as('of-an-operator', 'run', '--target', 'branches', '--no-follow')).out).toMatch(
    /^Run \S+ is queued.*branches/,
  );
  const paused = await as('of-an-operator', 'pause', '--target', 'branches', '--why', 'upgrade', '--json');
  expect(JSON.parse(paused.out).words[0].by).toMatchObject({ how: 'token' });
  expect((await as('of-an-operator', 'resume', '--target', 'branches', '--why', 'done')).code).toBe(0);
});

test('an approver answers and approves where a group is demanded, under the name in the token', async () => {
  const [hold] = await (await world.desk()).holds();
  // Over storage nobody is known, so no membership can be.
  const claimed = await (await world.desk())
    .record({ kind: 'approve', part }, { by: { name: 'anna', how: 'claimed' }, why: 'fine' })
    .catch((error: Error) => error.message);
  expect(claimed).toContain('proves no membership');
  const approved = await as('of-an-approver', 'approve', part, '--why', 'reviewed', '--ticket', 'CHG1');
  expect(approved).toMatchObject({ code: 0, out: expect.stringContaining('[CHG1]') });
  const answered = await as('of-an-approver', 'answer', 'remove', hold?.id ?? '', '--why', 'retired', '--by', 'root');
  expect(answered.err).toBe('');
  expect(answered.out).toContain('gateway@contoso.example, ');
  expect(answered.out).not.toContain('root');
  const again = await as('of-an-approver', 'withdraw', 'no-such-decision', '--why', 'a slip');
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('409') });
  const decided = (await world.decisions()).filter(({ kind }) => kind === 'answer' || kind === 'approve');
  expect(decided.map(({ by }) => by)).toMatchObject([{ how: 'token' }, { how: 'token' }]);
});

test('neither a wrong token nor a function key nor a forged sign-in gets through', async () => {
  const wrong = await as('of-a-stranger', 'status');
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('was not accepted') });
  vi.stubEnv('SERVICE_TAG_SYNC_TOKEN', '');
  vi.stubEnv('SERVICE_TAG_SYNC_KEY', 'a-function-key');
  expect(await cli('status')).toMatchObject({ code: 1, err: expect.stringContaining('Expected a sign-in, got none') });
  const forged = await fetch(`${front.url}/api/status`, { headers: principal('approver') });
  expect(forged.status).toBe(401);
});

test('a function key opens a service without sign-in, and the name is the one that is claimed', async () => {
  const file = join(folder, 'key');
  await writeFile(file, 'a-function-key\n', { mode: 0o600 });
  const place = ['--url', keyed, '--key-file', file];
  const paused = await cli('pause', '--target', 'plants', '--why', 'a look', '--by', 'anna', '--json', ...place);
  expect(paused.err).toBe('');
  expect(JSON.parse(paused.out).words[0].by).toMatchObject({ name: 'anna', how: 'claimed' });
  // A key proves no membership of the group.
  const resumed = await cli('resume', '--target', 'plants', '--why', 'seen', ...place);
  expect(resumed).toMatchObject({ code: 1, err: expect.stringContaining('409: ') });
  expect(resumed.err).toContain('proves no membership');
});
