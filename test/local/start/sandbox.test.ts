import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { makeCatalogJson } from '../../support/catalog.ts';
import { type NoNetwork, openNoNetwork } from './no-network.ts';

// Whether made-up data leaves the sandbox: `npm start` as a person runs it, without a network, beside an ARM, a storage
// account and a mirror that are not its own.

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../src/${name}`, import.meta.url));
const tags = { 'AzureContainerRegistry.WestUS': ['20.1.0.0/24'], 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] };
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let folder: string;
let noNetwork: NoNetwork;
let arm: ChildProcess;
let armUrl: string;
let mirror: Server;
let sample: Awaited<ReturnType<typeof start>>;

const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sandbox-'));
  noNetwork = await openNoNetwork();
  const publication = makeCatalogJson({ changeNumber: 289, tags });
  mirror = createServer((request, response) =>
    request.url === '/good/ServiceTags_Public_20240115.json'
      ? response.end(publication)
      : response.writeHead(503).end(),
  );
  await once(mirror.listen(0, '127.0.0.1'), 'listening');
  await mkdir(at('files'));
  await mkdir(at('empty'));
  await writeFile(at('files/ServiceTags_Public_20240115.json'), publication);
  const { port } = mirror.address() as AddressInfo;
  const away = { kind: 'download-centre', attempts: 1 };
  await configure('default', undefined);
  await configure('written', { kind: 'download-centre' });
  await configure('mirror', { ...away, mirror: `http://127.0.0.1:${port}/bad.json` });
  await configure('good', { ...away, mirror: `http://127.0.0.1:${port}/good/ServiceTags_Public_20240115.json` });
  await configure('folder', { kind: 'folder', path: at('empty') });

  arm = spawn(process.execPath, [fileOf('simulator/arm/server.ts')], { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: arm.stdout as NonNullable<typeof arm.stdout> });
  const [line] = (await once(lines, 'line')) as [string];
  armUrl = (JSON.parse(line) as { url: string }).url;

  // The states that starts are tried over: copied for each of them.
  sample = await start('--config', at('default.json'), '--data', at('sample'));
  await start('--config', at('default.json'), '--data', at('real'), '--publications', at('files'));
});

afterAll(async () => {
  arm.kill();
  mirror.close();
  noNetwork.close();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  await fetch(`${armUrl}/-/reset`, { method: 'POST' });
});

async function configure(name: string, source: object | undefined): Promise<void> {
  const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg' };
  const config = {
    ...{ schema: 1, instance: 'sandbox', cloud: 'Public', ...(source ? { source } : {}) },
    lists: { west: { tags: Object.keys(tags) } },
    targets: {
      groups: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' },
      nsg: { kind: 'nsg', mode: 'sync', list: 'west', ...place, nsg: 'nsg', rule: 'west', priority: 200 },
    },
  };
  await writeFile(at(`${name}.json`), JSON.stringify(config));
}

async function start(...args: string[]): Promise<{ code: number | null; lines: Line[]; err: string }> {
  const child = spawn(process.execPath, [fileOf('local/start.ts'), '--once', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...noNetwork.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const lines = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
  return { code, lines, err };
}

interface Line {
  readonly sample: boolean;
  readonly status: string;
  readonly armWrites: number;
  readonly startedAt: string;
  readonly beside?: object;
  readonly targets?: readonly { readonly live: readonly string[] | null }[];
  readonly publication: { readonly file: string } | null;
  readonly inForce: { readonly changeNumber: number; readonly file: string } | null;
  readonly events?: readonly { readonly kind: string }[];
}

async function armHolds(): Promise<{ writes: number; resources: number }> {
  const log = (await (await fetch(`${armUrl}/-/log`)).json()) as { write: boolean }[];
  const resources = (await (await fetch(`${armUrl}/-/resources`)).json()) as object;
  return { writes: log.filter(({ write }) => write).length, resources: Object.keys(resources).length };
}

interface Case {
  readonly state?: 'sample' | 'real';
  readonly config?: string;
  readonly arm?: true;
  readonly storage?: true;
  readonly more?: readonly string[];
  readonly code: number;
  readonly comes: 'sample' | 'refused' | 'real';
  /** What stderr says. */
  readonly says: readonly string[];
}

const ways = ['details page https://www.microsoft.com', 'latest https://download.microsoft.com', 'no run was made'];
const dryRun = ['--dry-run'];
const cases: Readonly<Record<string, Case>> = {
  'nothing given': {
    ...{ more: ['--verbose'], code: 0, comes: 'sample' },
    says: ['SAMPLE: 5 made-up publications', 'cannot be fetched from here', ...ways.slice(0, 2)],
  },
  'the default source, written down': { config: 'written', more: dryRun, code: 0, comes: 'sample', says: ['SAMPLE'] },
  'a dry run': { more: dryRun, code: 0, comes: 'sample', says: ['SAMPLE'] },
  '--arm': { arm: true, code: 1, comes: 'refused', says: [...ways, '--arm names', 'HTTPS_PROXY', '--publications'] },
  '--storage': { storage: true, code: 1, comes: 'refused', says: [...ways, 'a storage account is named'] },
  'a mirror that fails': { config: 'mirror', code: 1, comes: 'refused', says: [...ways, 'mirror http://127.0.0.1'] },
  'a folder without files': { config: 'folder', code: 1, comes: 'refused', says: ['holds no file ServiceTags_Public'] },
  'a mirror that answers, --arm': { config: 'good', arm: true, code: 0, comes: 'real', says: [] },
  'real files, --arm': { arm: true, more: ['--publications', 'files'], code: 0, comes: 'real', says: [] },
  'sample state': { state: 'sample', code: 0, comes: 'sample', says: ['SAMPLE'] },
  'sample state, --arm': {
    state: 'sample',
    arm: true,
    code: 2,
    comes: 'refused',
    says: ['--arm cannot go on from it'],
  },
  'sample state, --arm, real files': {
    ...{ state: 'sample', arm: true, more: ['--publications', 'files'], code: 2, comes: 'refused' },
    says: ['real files cannot go on from it'],
  },
  'sample state, --storage': {
    ...{
      state: 'sample',
      storage: true,
      code: 2,
      comes: 'refused',
      says: ['a named storage account cannot go on from it'],
    },
  },
  'sample state, a mirror': {
    ...{ state: 'sample', config: 'good', code: 2, comes: 'refused', says: ["the config's own source cannot go on"] },
  },
  'real state': { state: 'real', code: 1, comes: 'real', says: [] },
  'real state, a mirror that fails': { state: 'real', config: 'mirror', code: 1, comes: 'real', says: [] },
};

test('each run of the sample is a line for scripts, with what a blind copy came to by then', () => {
  const none = { cut: { ipv4: 0, ipv6: 0 }, strangers: { ipv4: 0, ipv6: 0 } };
  const cut = { ...none, cut: { ipv4: 1728, ipv6: 0 } };
  expect(sample.lines.map(({ startedAt, status, beside }) => [startedAt.slice(0, 10), status, beside])).toEqual([
    ['2024-01-01', 'applied', { blindCopy: none, service: none }],
    // For these lists nothing of the week counts.
    ['2024-01-08', 'no-change', { blindCopy: none, service: none }],
    ['2024-01-15', 'applied', { blindCopy: cut, service: none }],
    ['2024-01-22', 'no-change', { blindCopy: cut, service: none }],
    ['2024-01-29', 'no-change', { blindCopy: cut, service: none }],
    // Somebody has edited the IP group.
    ['2024-01-30', 'applied', { blindCopy: cut, service: none }],
  ]);
  for (const line of sample.lines) {
    expect(line.armWrites > 0).toBe(line.status === 'applied');
    expect(line.inForce?.file).toBe(line.publication?.file);
  }
  const [before, after] = [1, 2].map((week) => sample.lines[week]?.targets?.[1]?.live ?? []);
  expect(after).toEqual(expect.arrayContaining([...(before ?? [])]));
  expect(sample.code).toBe(0);
});

test.each(Object.entries(cases))('%s', async (name, { state, config = 'default', code, comes, says, ...given }) => {
  const data = at(`data of ${name}`);
  if (state !== undefined) await cp(at(state), data, { recursive: true });
  const ended = await start(
    ...['--config', at(`${config}.json`), '--data', data],
    ...(given.arm ? ['--arm', armUrl] : []),
    ...(given.storage ? ['--storage', inject('azurite')] : []),
    ...(given.more ?? []).map((one) => (one === 'files' ? at(one) : one)),
  );
  expect(ended.code, ended.err).toBe(code);
  for (const words of says) expect(ended.err).toContain(words);
  if (comes === 'refused') expect(ended.lines).toEqual([]);
  else expect(new Set(ended.lines.map(({ sample }) => sample))).toEqual(new Set([comes === 'sample']));
  if (comes === 'real') expect(ended.lines.at(-1)?.inForce?.changeNumber).toBe(289);
  if (comes === 'real' && code === 1) {
    expect(ended.lines.at(-1)?.events?.map(({ kind }) => kind)).toContain('source-unreachable');
  }
  if (comes === 'refused') expect(ended.err).not.toContain('SAMPLE');
  const held = await armHolds();
  if (given.arm && comes === 'real') expect(held.writes).toBeGreaterThan(0);
  else expect(held).toEqual({ writes: 0, resources: 0 });
  // What did not become of a start is not remembered by the folder either.
  if (state === undefined && comes === 'refused') {
    expect(await readFile(path.join(data, 'folder.json'), 'utf8')).not.toContain('"origin"');
  }
});
