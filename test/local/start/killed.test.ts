import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createOperator } from '../../../src/composition-root.ts';
import { makeCatalogJson } from '../../support/catalog.ts';

// SIGKILL in the middle of applying, with storage and ARM living on; then a start. The end is that of a run that
// nobody disturbed, history included.

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../src/${name}`, import.meta.url));
const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg' };
const tags = {
  'AzureContainerRegistry.WestUS': ['20.1.0.0/24', '2603:1030::/48'],
  'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'],
};

let folder: string;
let arm: ChildProcess;
let armUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'killed-'));
  await mkdir(path.join(folder, 'files'));
  await writeFile(
    path.join(folder, 'files', 'ServiceTags_Public_20240115.json'),
    makeCatalogJson({ changeNumber: 289, tags }),
  );
  // Operations long enough to be killed in the middle of one.
  arm = spawn(process.execPath, [fileOf('simulator/arm/server.ts'), '--operation-ms', '1500'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: arm.stdout as NonNullable<typeof arm.stdout> });
  const [line] = (await once(lines, 'line')) as [string];
  armUrl = (JSON.parse(line) as { url: string }).url;
});

afterAll(async () => {
  arm.kill();
  await rm(folder, { recursive: true });
});

/** A config of an instance of its own, with resources of its own. */
async function configOf(instance: string): Promise<string> {
  const file = path.join(folder, `${instance}.json`);
  const lists = { west: { tags: Object.keys(tags), families: ['ipv4', 'ipv6'] } };
  const targets = {
    groups: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: instance, location: 'westus' },
    agents: { kind: 'nsg', mode: 'sync', list: 'west', ...place, nsg: instance, rule: 'acr', priority: 200 },
  };
  await writeFile(file, JSON.stringify({ schema: 1, instance, cloud: 'Public', lists, targets }));
  return file;
}

function start(config: string): ChildProcess {
  const args = ['--once', '--json', '--publications', path.join(folder, 'files'), '--config', config];
  args.push('--arm', armUrl, '--storage', inject('azurite'));
  return spawn(process.execPath, [fileOf('local/start.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess): Promise<{ code: number; lines: Record<string, unknown>[]; err: string }> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout as NonNullable<typeof child.stdout>),
    text(child.stderr as NonNullable<typeof child.stderr>),
    once(child, 'exit') as Promise<[number]>,
  ]);
  const lines =
    out.trim() === ''
      ? []
      : out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, lines, err };
}

/** Resolves as soon as ARM has taken the first write to a resource of this instance. */
async function firstWrite(instance: string, running: ChildProcess): Promise<void> {
  while (running.exitCode === null) {
    const log = (await (await fetch(`${armUrl}/-/log`)).json()) as { path: string; write: boolean }[];
    if (log.some((entry) => entry.write && entry.path.includes(instance))) return;
  }
  throw new Error('the run ended before it was killed');
}

const historyOf = async (config: string, instance: string) => {
  const operator = await createOperator({
    SERVICE_TAG_SYNC_CONFIG: config,
    SERVICE_TAG_SYNC_QUEUES: instance,
    SERVICE_TAG_SYNC_ARM: armUrl,
    AzureWebJobsStorage: inject('azurite'),
  });
  const { changes } = await operator.changes({ most: 100 });
  return changes
    .map(({ target, direction, prefix, cause }) => ({ target, direction, prefix, cause }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};

test('a killed service is taken on by the next start', { timeout: 180_000 }, async () => {
  const undisturbed = await configOf('calm');
  const calm = await finish(start(undisturbed));
  expect(calm.code, calm.err).toBe(0);

  const disturbed = await configOf('storm');
  const running = start(disturbed);
  await firstWrite('storm', running);
  running.kill('SIGKILL');
  await once(running, 'exit');
  const after = await finish(start(disturbed));
  expect(after.code, after.err).toBe(0);

  const live = (lines: Record<string, unknown>[]) =>
    ((lines.at(-1)?.targets ?? []) as { id: string; live: string[] }[]).map(({ id, live: prefixes }) => ({
      id,
      prefixes,
    }));
  expect(live(after.lines)).toEqual(live(calm.lines));
  expect(await historyOf(disturbed, 'storm')).toEqual(await historyOf(undisturbed, 'calm'));
  const log = (await (await fetch(`${armUrl}/-/log`)).json()) as { path: string; write: boolean; method: string }[];
  const puts = log
    .filter((entry) => entry.write && entry.path.includes('storm'))
    .map(({ path: at }) => at.split('?')[0]);
  expect(new Set(puts).size).toBe(puts.length);
});
