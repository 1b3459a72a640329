import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { RestError } from '@azure/core-rest-pipeline';
import { TableServiceClient } from '@azure/data-tables';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { readConnection } from '../../../src/local/start/connection.ts';
import { writeSample } from '../../../src/simulator/sample/generate.ts';
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
      lists: { west: { tags: ['Storage.WestUS', 'AzureContainerRegistry.WestUS'] } },
      targets: {
        groups: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' },
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
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

const linesOf = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('from nothing to lists that are kept, and a second start that has nothing to do', async () => {
  const data = path.join(folder, 'data');
  const first = await run('--once', '--json', '--data', data);
  expect(first.err).toContain('SAMPLE: 4 made-up publications');
  const lines = linesOf(first.out);
  expect(lines.map((line) => [line.publication.changeNumber, line.status])).toEqual([
    [400, 'applied'],
    [401, 'applied'],
    // It only takes a range away, and that one is kept.
    [402, 'no-change'],
    [403, 'applied'],
  ]);
  for (const line of lines) {
    expect(line.armWrites > 0).toBe(line.status === 'applied');
    expect(line.inForce.file).toBe(line.publication.file);
    expect(line.sample).toBe(true);
  }
  expect(lines[3].targets[0].live).toEqual(expect.arrayContaining(lines[1].targets[0].live));
  const [groups, nsg] = lines[3].targets;
  expect(groups).toMatchObject({ id: 'groups', kind: 'ip-group', status: 'applied' });
  expect(groups.live).toContainEqual(expect.stringMatching(/^\d+\.\d+\.\d+\.\d+\/\d+$/));
  expect(nsg.live).toEqual(groups.live);
  expect(first.code).toBe(0);

  const second = await run('--once', '--json', '--data', data);
  const [line, ...more] = linesOf(second.out);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ status: 'no-change', armWrites: 0, publication: { changeNumber: 403 } });
  expect(line.targets[0].live).toEqual(groups.live);
  expect(second.code).toBe(0);

  const other = path.join(folder, 'other.json');
  await writeFile(other, (await readFile(config, 'utf8')).replace('"started"', '"other"'));
  const third = await run('--once', '--json', '--data', data, '--config', other);
  expect({ code: third.code, out: third.out }).toEqual({ code: 2, out: '' });
  expect(third.err).toContain('belongs to instance started');
  expect(third.err).toContain(`npm start -- --data ${data} --config ${config}`);
});

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

test('it stays up for its own user alone, answers with the key in its folder, and a signal ends it in order', async () => {
  const data = path.join(folder, 'up');
  const publications = path.join(folder, 'one');
  await writeSample(publications, { end: new Date('2024-02-01'), quiet: true });
  for (const name of (await readdir(publications)).sort().slice(1)) await rm(path.join(publications, name));
  const args = [start, '--config', config, '--port', '0', '--publications', publications, '--data', data];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...noNetwork.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const out = text(child.stdout);
  let err = '';
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      if (err.includes('dry run')) resolve();
    });
    child.on('exit', () => resolve());
  });
  const url = /Up at (\S+),/.exec(err)?.[1];
  const [name = '', key = ''] = (await readFile(/curl -H "@(.+?)"/.exec(err)?.[1] ?? '', 'utf8')).trim().split(': ');
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect((await fetch(`${url}/api/runs`)).status).toBe(401);
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
  expect(report).toMatch(/^Storage\.WestUS /m);
  expect(report).toMatch(/^groups /m);
});
