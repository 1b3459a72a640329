import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { loadConfig } from '../../src/config/load.ts';

const example = fileURLToPath(new URL('../../service-tag-sync.example.json', import.meta.url));
const run = promisify(execFile);
const now = () => new Date('2026-11-22T10:00:00Z');

test('the example config has no mistake and nothing to note', async () => {
  const { config, notes } = await loadConfig(example, now);
  expect(notes).toEqual([]);
  const tags = new Set(Object.values(config.lists).flatMap((list) => list.tags));
  expect([...tags].sort()).toEqual([
    'AzureContainerRegistry.WestEurope',
    'AzureContainerRegistry.WestUS',
    'Storage.WestEurope',
    'Storage.WestUS',
  ]);
  const kinds = Object.values(config.targets).map(({ kind }) => kind);
  expect(kinds).toEqual(['ip-group', 'ip-group', 'nsg']);
});

test('loading a config loads no SDK', async () => {
  const program = fileURLToPath(new URL('load-and-list-modules.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [program, example]);
  const packages: string[] = JSON.parse(stdout);
  // Proof that the list is filled at all.
  expect(packages).toContain('zod');
  expect(packages.filter((name) => name.startsWith('@azure'))).toEqual([]);
});

test('a config is read in a bundle as it is from the sources', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-bundle-'));
  try {
    const program = fileURLToPath(new URL('print-config.ts', import.meta.url));
    const { entry } = await build({ entry: program, outdir: folder });
    const [bundled, plain] = await Promise.all([entry, program].map((file) => run(process.execPath, [file])));
    expect(bundled?.stdout).toMatch(/^[0-9a-f]{64}$/);
    expect(bundled?.stdout).toBe(plain?.stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('two real targets in one resource are found, whatever their lanes and however they are spelt', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-'));
  try {
    const file = join(folder, 'config.json');
    const group = {
      kind: 'ip-group',
      mode: 'sync',
      list: 'west',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'rg-network',
      name: 'acr',
      location: 'westus',
    };
    const targets = { a: group, b: { ...group, name: 'ACR', lane: 'other' }, c: { ...group, resourceGroup: 'rg-2' } };
    const lists = { west: { tags: ['Storage.WestUS'] } };
    await writeFile(file, JSON.stringify({ schema: 1, instance: 'contoso', cloud: 'Public', lists, targets }));
    await expect(loadConfig(file, now)).rejects.toMatchObject({
      name: 'ConfigError',
      issues: [{ path: 'targets.b', got: expect.stringContaining('targets.a') }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
