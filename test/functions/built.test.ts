import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { pageRoute } from '../../src/http/page/route.ts';
import { routes } from '../../src/http/routes.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { queueFunctions } from '../../src/queues/queues.ts';
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
  const http = [...Map.groupBy([...routes, pageRoute], ({ name }) => name)].map(([name, rows]) => [
    name,
    {
      type: 'httpTrigger',
      route: `${rows[0]?.under === 'root' ? '' : 'api/'}${rows[0]?.path}`,
      methods: rows.flatMap(({ methods }) => methods),
      authLevel: rows[0]?.authLevel ?? 'function',
    },
  ]);
  const queues = queueFunctions.map(({ name, queue }) => [
    name,
    { type: 'queueTrigger', queueName: queueNames('service-tag-sync')[queue], connection },
  ]);
  const expected = {
    ...Object.fromEntries([...http, ...queues]),
    'sync-timer': { type: 'timerTrigger', schedule: '0 0 */6 * * *' },
    'housekeeping-timer': { type: 'timerTrigger', schedule: '0 */10 * * * *' },
  };
  expect(triggers).toMatchObject(expected);
  expect(order.toSorted()).toEqual(Object.keys(expected).sort());
  // Health first: what fails after it is reported, what fails before it leaves an app without functions or error.
  expect(order[0]).toBe('health');
});

// The runbook, alerts and logs name them. Those of HTTP are in docs/http-api.md, which is compared with the table.
test('functions that queues trigger keep their names and queues', () => {
  expect(Object.fromEntries(queueFunctions.map(({ name, queue }) => [name, queue]))).toEqual({
    'begin-run': 'runs',
    'work-lane': 'lanes',
    'give-up-lane': 'lanesPoison',
    deliver: 'deliveries',
  });
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

test('a fault in one function file leaves the routes and a message', async () => {
  const source = path.join(folder, 'broken');
  await cp(path.dirname(entry), source, { recursive: true });
  const broken = path.join(source, path.basename(entry));
  const index = await readFile(broken, 'utf8');
  const chunk = /"(\.\/chunks\/timers-[^"]+)"/.exec(index)?.[1];
  await writeFile(path.join(source, chunk ?? 'missing'), 'throw new Error("timers are broken")');
  const { order, error } = load(broken);
  expect(order).toEqual([...new Set(routes.map(({ name }) => name)), 'page']);
  expect(error).toContain('timers are broken');
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
