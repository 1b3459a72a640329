import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { loadAsWorker } from '../support/as-worker.ts';

// The built bundle is loaded as the Azure worker does it: in a process of its own, with the worker's module patched in
// at Module.prototype.require. A stub in node_modules would hide a bundle that cannot ask for it.

let folder: string;
let entry: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'built-'));
  ({ entry } = await build({ outdir: path.join(folder, 'functions') }));
});

afterAll(() => rm(folder, { recursive: true }));

const load = (file: string, env: NodeJS.ProcessEnv = {}) => loadAsWorker([file], folder, env);

test('the built bundle registers every function with its trigger', () => {
  const { functions, order } = load(entry);
  const triggers = Object.fromEntries(
    Object.entries(functions).map(([name, bindings]) => [
      name,
      Object.values(bindings).find((binding) => 'type' in binding && String(binding.type).endsWith('Trigger')),
    ]),
  );
  const connection = 'AzureWebJobsStorage';
  const expected = {
    health: { type: 'httpTrigger', route: 'health', methods: ['GET'], authLevel: 'anonymous' },
    runs: { type: 'httpTrigger', route: 'runs', methods: ['GET', 'POST'], authLevel: 'function' },
    run: { type: 'httpTrigger', route: 'runs/{id}', methods: ['GET'], authLevel: 'function' },
    status: { type: 'httpTrigger', route: 'status', methods: ['GET'], authLevel: 'function' },
    holds: { type: 'httpTrigger', route: 'holds', methods: ['GET'], authLevel: 'function' },
    registries: { type: 'httpTrigger', route: 'registries', methods: ['GET'], authLevel: 'function' },
    answers: { type: 'httpTrigger', route: 'answers', methods: ['POST'], authLevel: 'function' },
    plans: { type: 'httpTrigger', route: 'plans/{*id}', methods: ['GET'], authLevel: 'function' },
    lookup: { type: 'httpTrigger', route: 'lookup', methods: ['GET'], authLevel: 'function' },
    changes: { type: 'httpTrigger', route: 'changes', methods: ['GET'], authLevel: 'function' },
    pause: { type: 'httpTrigger', route: 'pause', methods: ['POST'], authLevel: 'function' },
    resume: { type: 'httpTrigger', route: 'resume', methods: ['POST'], authLevel: 'function' },
    pin: { type: 'httpTrigger', route: 'pin', methods: ['POST'], authLevel: 'function' },
    unpin: { type: 'httpTrigger', route: 'unpin', methods: ['POST'], authLevel: 'function' },
    feeds: { type: 'httpTrigger', route: 'feeds/{name}', methods: ['GET', 'HEAD'], authLevel: 'anonymous' },
    'sync-timer': { type: 'timerTrigger', schedule: '0 0 */6 * * *' },
    'housekeeping-timer': { type: 'timerTrigger', schedule: '0 */10 * * * *' },
    'begin-run': { type: 'queueTrigger', queueName: 'service-tag-sync-runs', connection },
    'work-lane': { type: 'queueTrigger', queueName: 'service-tag-sync-lanes', connection },
    'give-up-lane': { type: 'queueTrigger', queueName: 'service-tag-sync-lanes-poison', connection },
    deliver: { type: 'queueTrigger', queueName: 'service-tag-sync-deliveries', connection },
    'test-channels': { type: 'httpTrigger', route: 'channels/test', methods: ['POST'], authLevel: 'function' },
  };
  expect(triggers).toMatchObject(expected);
  expect(order.toSorted()).toEqual(Object.keys(expected).sort());
  // Health first: what fails after it is reported, what fails before it leaves an app without functions or error.
  expect(order[0]).toBe('health');
});

test('schedule and queues follow the settings', () => {
  const { functions } = load(entry, {
    SERVICE_TAG_SYNC_SCHEDULE: '0 30 3 * * *',
    SERVICE_TAG_SYNC_QUEUES: 'contoso-public',
  });
  expect(JSON.stringify(functions['sync-timer'])).toContain('0 30 3 * * *');
  expect(JSON.stringify(functions['begin-run'])).toContain('contoso-public-runs');
  expect(JSON.stringify(functions['work-lane'])).toContain('contoso-public-lanes');
});

test('a fault in one function file leaves health and a message', async () => {
  const source = path.join(folder, 'broken');
  await cp(path.dirname(entry), source, { recursive: true });
  const broken = path.join(source, path.basename(entry));
  const index = await readFile(broken, 'utf8');
  const chunk = /"(\.\/chunks\/runs-[^"]+)"/.exec(index)?.[1];
  await writeFile(path.join(source, chunk ?? 'missing'), 'throw new Error("runs is broken")');
  const { order, error } = load(broken);
  expect(order).toContain('health');
  expect(error).toContain('runs is broken');
});

test('building again does nothing until a source changes', async () => {
  const functionFile = path.join(folder, 'tiny.ts');
  const outdir = path.join(folder, 'tiny');
  await writeFile(functionFile, 'export const a = 1;\n');
  expect(await build({ entry: functionFile, outdir })).toMatchObject({ fresh: true });
  expect(await build({ entry: functionFile, outdir })).toMatchObject({ fresh: false });
  // Another time is no change; other content of the same size is.
  await utimes(functionFile, new Date(0), new Date(0));
  expect(await build({ entry: functionFile, outdir })).toMatchObject({ fresh: false });
  await writeFile(functionFile, 'export const a = 2;\n');
  const again = await build({ entry: functionFile, outdir });
  expect(again.fresh).toBe(true);
  expect(await readFile(again.entry, 'utf8')).toContain('=2');
});

test('a build that fails says where', async () => {
  const bad = path.join(folder, 'bad.ts');
  await writeFile(bad, "import './nowhere.ts';\n");
  await expect(build({ entry: bad, outdir: path.join(folder, 'bad') })).rejects.toThrow(/nowhere\.ts/);
});

test('a package that import() would find no names in is refused, and nothing of the build stays', async () => {
  const file = path.join(folder, 'nameless.ts');
  // Resolved from where the project is: a file elsewhere finds no packages.
  const library = fileURLToPath(import.meta.resolve('standardwebhooks'));
  await writeFile(file, `export const { Webhook } = await import(${JSON.stringify(library)});\n`);
  await expect(build({ entry: file, outdir: path.join(folder, 'nameless') })).rejects.toThrow(
    /nameless\.ts: import\('.*standardwebhooks.*'\): the package is CommonJS/,
  );
  expect((await readdir(folder)).filter((name) => name.startsWith('nameless'))).toEqual(['nameless.ts']);
});
