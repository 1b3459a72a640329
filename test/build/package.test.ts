import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecord } from '../../src/build/bundle.ts';
import { type Packaged, writePackage } from '../../src/build/package.ts';
import { packageFolders, readThirdParty } from '../../src/build/third-party.ts';
import { routes } from '../../src/http/routes.ts';
import { queueFunctions } from '../../src/queues/queues.ts';
import { loadAsWorker } from '../support/as-worker.ts';

const root = path.resolve(import.meta.dirname, '../..');

let folder: string;
let made: Packaged;
/** The package as it lies on the machine that runs it: no node_modules far and wide. */
let app: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'package-'));
  app = path.join(folder, 'app');
  made = await writePackage({ file: path.join(folder, 'one.zip'), outdir: path.join(folder, 'functions') });
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(made.file)))) {
    const file = path.join(app, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
});

afterAll(() => rm(folder, { recursive: true }));

test('the package holds the bundle and nothing of the tools', () => {
  expect(made.bytes).toBeLessThan(6 * 1024 * 1024);
  expect(made.files).toEqual(expect.arrayContaining(['host.json', 'package.json', 'dist/functions/index.mjs']));
  expect(made.files.filter((file) => /node_modules|\.map$|\.ts$|build\.json/.test(file))).toEqual([]);
  const { dependencies, devDependencies, main } = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8'));
  expect({ dependencies, devDependencies, main }).toEqual({ main: 'dist/functions/index.mjs' });
});

test('it carries the licence of every package in the bundle, and of no other', async () => {
  const { packages } = await readRecord(path.join(folder, 'functions'));
  const names = packages.map((one) => one.replace(/^.*node_modules\//, ''));
  const text = readFileSync(path.join(app, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const listed = [...text.matchAll(/^(@?[\w./-]+) \d+\.\d+\.\S+, ([^,\n]+)/gm)];
  expect([...new Set(listed.map(([, name]) => name))].sort()).toEqual([...new Set(names)].sort());
  // Each of them lets others ship it. Another licence is a question for a person, not for this list alone.
  const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];
  expect([...new Set(listed.map(([, , licence]) => licence))].filter((one) => !permissive.includes(one ?? ''))).toEqual(
    [],
  );
  // What the sources import by name is in there; tools are not.
  for (const name of ['zod', 'undici', '@azure/storage-blob', 'luxon']) expect(names).toContain(name);
  expect(names).not.toContain('esbuild');
  expect(text).toContain('Permission is hereby granted');
});

test('a package without a licence stops the packing', async () => {
  const other = path.join(folder, 'node_modules', 'other');
  mkdirSync(other, { recursive: true });
  writeFileSync(path.join(other, 'package.json'), JSON.stringify({ name: 'other', version: '1.0.0' }));
  await expect(readThirdParty(other)).rejects.toThrow(
    /expected a licence in package.json of other 1.0.0, got undefined/,
  );
  expect(packageFolders(['a/node_modules/b/node_modules/@c/d/e.js', 'src/f.ts', 'a/node_modules/b/g.js'])).toEqual([
    'a/node_modules/b',
    'a/node_modules/b/node_modules/@c/d',
  ]);
});

test('the worker finds every function in it', () => {
  const { main } = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8'));
  const loaded = loadAsWorker([path.join(app, main)], app);
  expect(loaded.error).toBeUndefined();
  const declared = new Set(
    [...routes, ...queueFunctions].map(({ name }) => name).concat('page', 'sync-timer', 'housekeeping-timer'),
  );
  expect(Object.keys(loaded.functions).sort()).toEqual([...declared].sort());
  expect(loaded.order[0]).toBe('health');
  for (const [name, bindings] of Object.entries(loaded.functions)) {
    const triggers = Object.values(bindings).filter((one) => 'type' in one && String(one.type).endsWith('Trigger'));
    expect(triggers, name).toHaveLength(1);
  }
});

test('an app that serves feeds alone registers nothing that writes', () => {
  const loaded = loadAsWorker([path.join(app, 'dist/functions/index.mjs')], app, { SERVICE_TAG_SYNC_SERVES: 'feeds' });
  expect(loaded.order).toEqual(['health', 'feeds']);
  const misspelt = loadAsWorker([path.join(app, 'dist/functions/index.mjs')], app, { SERVICE_TAG_SYNC_SERVES: 'feed' });
  expect(misspelt.error).toContain('expected all or feeds');
  expect(misspelt.order).not.toContain('begin-run');
});

test('everything that is loaded later is in it too', () => {
  const chunks = path.join(app, 'dist/functions/chunks');
  const files = readdirSync(chunks).filter((file) => file.endsWith('.mjs'));
  expect(
    loadAsWorker(
      files.map((file) => path.join(chunks, file)),
      app,
    ).error,
  ).toBeUndefined();
});

test('the same sources give the same bytes', async () => {
  const again = await writePackage({ file: path.join(folder, 'two.zip'), outdir: path.join(folder, 'functions') });
  expect(readFileSync(again.file).equals(readFileSync(made.file))).toBe(true);
});

test('a config goes into it only if it is good', async () => {
  const options = { file: path.join(folder, 'three.zip'), outdir: path.join(folder, 'functions') };
  const config = path.join(root, 'service-tag-sync.example.json');
  expect((await writePackage({ ...options, config })).files).toContain('service-tag-sync.json');
  const bad = path.join(folder, 'bad.json');
  await writeFile(bad, '{"schema": 1}');
  await expect(writePackage({ ...options, config: bad })).rejects.toThrow(/instance/);
});
