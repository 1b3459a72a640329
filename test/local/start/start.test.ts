import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
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
});

test('it stays up, answers with the key it printed, and a signal ends it in order', async () => {
  const publications = path.join(folder, 'one');
  await writeSample(publications, { end: new Date('2024-02-01'), quiet: true });
  for (const name of (await readdir(publications)).sort().slice(1)) await rm(path.join(publications, name));
  const args = [start, '--config', config, '--port', '0', '--publications', publications];
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
  const key = /export KEY=(\S+)/.exec(err)?.[1] ?? '';
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect((await fetch(`${url}/api/runs`)).status).toBe(401);
  const body = /run now .* -d '(.*)' /.exec(err)?.[1] ?? null;
  const answer = await fetch(`${url}/api/runs`, { method: 'POST', body, headers: { 'x-functions-key': key } });
  expect(answer.status).toBe(202);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const report = await out;
  expect(report).toContain('│ Storage.WestUS');
  expect(report).toContain('│ groups');
});
