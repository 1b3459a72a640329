import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { RestError } from '@azure/core-rest-pipeline';
import { TableServiceClient } from '@azure/data-tables';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { readConnection } from '../../../src/local/start/connection.ts';
import { type NoNetwork, openNoNetwork } from './no-network.ts';

// The command as a person runs it, in processes of its own: built functions, host, emulator, simulated ARM.

const start = fileURLToPath(new URL('../../../src/local/start.ts', import.meta.url));
/** Each starts several processes one after the other. */
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let config: string;
let noNetwork: NoNetwork;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'start-'));
  noNetwork = await openNoNetwork();
  config = path.join(folder, 'config.json');
  const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg' };
  await writeFile(
    config,
    JSON.stringify({
      schema: 1,
      instance: 'started',
      cloud: 'Public',
      lists: {
        west: { tags: ['Storage.WestUS', 'AzureContainerRegistry.WestUS'] },
        europe: { tags: ['Storage.WestEurope', 'AzureContainerRegistry.WestEurope'] },
      },
      targets: {
        groups: { kind: 'ip-group', mode: 'sync', list: 'europe', ...place, name: 'europe', location: 'westeurope' },
        nsg: { kind: 'nsg', mode: 'sync', list: 'west', ...place, nsg: 'nsg', rule: 'west', priority: 200 },
      },
    }),
  );
});

afterAll(async () => {
  noNetwork.close();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [start, '--config', config, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...noNetwork.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return finished(child);
}

async function finished(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const read = (stream: Readable | null) => (stream === null ? '' : text(stream));
  const [out, err, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

test('a file that is refused is named with its problem, and the exit code says so', async () => {
  const publications = path.join(folder, 'publications');
  await mkdir(publications);
  await writeFile(path.join(publications, 'ServiceTags_Public_20240108.json'), '<!DOCTYPE html><html></html>');
  const { code, out } = await run('--once', '--publications', publications);
  expect(code).toBe(1);
  expect(out).toContain('ServiceTags_Public_20240108.json was refused');
  expect(out).toContain('HTML page');
  expect(out).toContain('No publication is in force');
});

test('what cannot be used is said before anything starts', async () => {
  const { code, out, err } = await run('--once', '--config', path.join(folder, 'absent.json'));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('absent.json');

  const account = path.join(folder, 'account');
  await writeFile(account, 'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5LW9mLWNvbnRvc28=');
  const unsealed = await run('--once', '--storage-file', account);
  expect({ code: unsealed.code, out: unsealed.out }).toEqual({ code: 2, out: '' });
  expect(unsealed.err).toContain('SERVICE_TAG_SYNC_SEAL_KEY: expected a secret');
  expect(unsealed.err).not.toContain('a2V5LW9mLWNvbnRvc28');
});

/** A folder and everything in it that other users may open. */
async function openToOthers(data: string): Promise<string[]> {
  const names = ['', ...(await readdir(data, { recursive: true }))];
  expect(names).toEqual(expect.arrayContaining(['folder.json', 'connection.json', 'storage/table.json']));
  const modes = await Promise.all(names.map(async (name) => [name, (await stat(path.join(data, name))).mode] as const));
  return modes.flatMap(([name, mode]) => ((mode & 0o077) === 0 ? [] : [name]));
}

/** What another user of the machine meets, who sees ports and processes, and not the folder. */
async function asAnotherUser(data: string): Promise<{ storage: unknown; arm: number[] }> {
  const settings = await readConnection(data);
  const { AzureWebJobsStorage: own = '', SERVICE_TAG_SYNC_ARM: arm = '' } = settings;
  const published = own.replace(/AccountKey=[^;]+/, String(/AccountKey=[^;]+/.exec(inject('azurite'))));
  const storage = await TableServiceClient.fromConnectionString(published, { allowInsecureConnection: true })
    .listTables()
    .next()
    .then(
      () => 'open',
      (error: RestError) => error.statusCode,
    );
  const group = '/subscriptions/s/resourceGroups/rg';
  const headers = { authorization: 'Bearer any' };
  const asked = [`/-/resources`, '/-/log', `${group}?api-version=2026-01-01`, '/guess/-/resources', '/'];
  const answers = asked.map(async (at) => (await fetch(`${new URL(arm).origin}${at}`, { headers })).status);
  expect((await fetch(`${arm}/-/resources`)).status).toBe(200);
  return { storage, arm: await Promise.all(answers) };
}

/** Its weeks on the terminal: the fault is told and kept, and the rest goes on. */
const weeks = `
2024-01-01  65 ranges went out to 2 targets.
2024-01-08  Storage.WestEurope lost 7.2 % of its addresses (1 range). Kept until
            the clock releases it. 2 ranges still went out to 1 target.
2024-01-15  Storage.WestUS lost 79.4 % of its addresses (15 ranges). Kept:
            AzureCloud of WestUS has them. 3 ranges still went out to 2 targets.
2024-01-22  Storage.WestUS: 15 ranges (1,728 IPv4 addresses) back in the file,
            allowed throughout. 1 range went out to 1 target.
2024-01-29  A stranger in Storage.WestEurope: neither parent has 20.15.64.0/22.
            Kept out: you are asked. 1 range still went out to 1 target.
2024-01-30  groups: 20.4.0.0/25 taken out by hand, put back; 198.51.100.7 put in
            by others, kept and told. 1 range kept out as suspicious: answer
            before 2024-02-05, when Azure may use it if it is right.

Over the same 5 files                          Blind copy  This service
IPv4 addresses cut while Azure still has them       1,728             0
IPv4 addresses of strangers let in                  1,024             0

1 thing waits for you: Storage.WestEurope gained 1 range (1,024 IPv4 addresses):
suspicious, and kept out.
`;

test('the story, for its own user alone; a signal ends it in order, and a second start has nothing to do', async () => {
  const data = path.join(folder, 'up');
  const args = [start, '--config', config, '--port', '0', '--data', data];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...noNetwork.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const out = text(child.stdout);
  let err = '';
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      if (err.includes('Next')) resolve();
    });
    child.on('exit', () => resolve());
  });
  expect(err).toContain('SAMPLE: 5 made-up publications of January 2024');
  const url = /Up at (\S+),/.exec(err)?.[1];
  const [name = '', key = ''] = (await readFile(/curl -H "@(.+?)"/.exec(err)?.[1] ?? '', 'utf8')).trim().split(': ');
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect((await fetch(`${url}/api/runs`)).status).toBe(401);
  expect(await pageBehind(/^\S+\/ui\/sign-in\S+$/m.exec(err)?.[0] ?? '')).toContain(
    'Storage.WestEurope gained 1 range',
  );
  // The line to type next, here and now: the weeks of the sample go on there too.
  const next = /^Next, in another terminal: npm run -s cli -- (.+)$/m.exec(err)?.[1]?.split(' ') ?? [];
  const todo = await finished(spawn(process.execPath, [cli, ...next]));
  expect(todo).toMatchObject({
    code: 0,
    out: expect.stringMatching(/\[\w+\] Storage.WestEurope[\s\S]*since +Mon 2024-01-29/),
  });
  const clock = { headers: { [name]: key } };
  expect(await (await fetch(`${url}/api/inbox`, clock)).json()).toMatchObject({
    at: expect.stringMatching(/^2024-01-30/),
  });

  const body = /run now .* -d '(.*)' /.exec(err)?.[1] ?? null;
  const answer = await fetch(`${url}/api/runs`, { method: 'POST', body, headers: { [name]: key } });
  expect(answer.status).toBe(202);
  expect(await openToOthers(data)).toEqual([]);
  expect(await asAnotherUser(data)).toEqual({ storage: 403, arm: [401, 401, 401, 401, 401] });
  const stored = JSON.parse(await readFile(path.join(data, 'folder.json'), 'utf8'));
  const settings = await readConnection(data);
  expect(settings.SERVICE_TAG_SYNC_SEAL_KEY).toBe(stored.sealKey);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const report = await out;
  const secrets = [stored.keys.function, stored.keys.admin, stored.storageKey, stored.sealKey];
  secrets.push(new URL(settings.SERVICE_TAG_SYNC_ARM ?? '').pathname);
  for (const secret of secrets) expect(`${err}${report}`).not.toContain(secret);
  expect(report.startsWith(weeks.trimStart()), report).toBe(true);
  await secondStart(data);
});

const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** Text of the page that a link of the terminal opens, as a browser follows it. */
async function pageBehind(link: string): Promise<string> {
  const signedIn = await fetch(link, { redirect: 'manual' });
  const cookie = signedIn.headers.getSetCookie().map((one) => one.split(';')[0]);
  const at = new URL(signedIn.headers.get('location') ?? '', link);
  return (await fetch(at, { headers: { cookie: cookie.join('; ') } })).text();
}

/** What a stream says: the first group of the expression. */
async function saidBy(stream: Readable, expression: RegExp): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = expression.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    stream.on('end', () => reject(new Error(`expected ${expression}, got ${said}`)));
  });
}

/**
 * Over the folder of a first one: nothing is written, runs of the first one are not reported again, time goes on in the weeks of the
 * sample, and another instance stays out.
 */
async function secondStart(data: string): Promise<void> {
  const child = spawn(process.execPath, [start, '--config', config, '--port', '0', '--json', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...noNetwork.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const exited = once(child, 'exit');
  const url = await saidBy(child.stderr, /Up at (\S+),[\s\S]*Next/);
  const [name = '', key = ''] = (await readFile(path.join(data, 'function-key.header'), 'utf8')).trim().split(': ');
  const reported = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = JSON.parse((await reported.next()).value ?? '');
  const asked = await fetch(`${url}/api/runs`, { method: 'POST', body: '{}', headers: { [name]: key } });
  const { run: askedFor } = (await asked.json()) as { readonly run: string };
  expect(JSON.parse((await reported.next()).value ?? '')).toMatchObject({ run: askedFor, status: 'no-change' });
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(line).toMatchObject({ status: 'no-change', armWrites: 0, sample: true, publication: { changeNumber: 404 } });
  expect(line.startedAt).toMatch(/^2024-01-30T00/);
  expect(line.inForce.file).toBe('ServiceTags_Public_20240129.json');
  const [groups, nsg] = line.targets;
  expect(groups).toMatchObject({ id: 'groups', kind: 'ip-group', status: 'no-change' });
  expect(groups.live).toEqual(expect.arrayContaining(['20.4.0.0/25', '198.51.100.7/32']));
  expect(groups.live).not.toContain('20.15.64.0/22');
  expect(nsg.live).toHaveLength(36);

  const other = path.join(folder, 'other.json');
  await writeFile(other, (await readFile(config, 'utf8')).replace('"started"', '"other"'));
  const third = await run('--once', '--json', '--data', data, '--config', other);
  expect({ code: third.code, out: third.out }).toEqual({ code: 2, out: '' });
  expect(third.err).toContain('belongs to instance started');
  expect(third.err).toContain(`npm start -- --data ${data} --config ${config}`);
}
