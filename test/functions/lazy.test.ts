import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { type BuildRecord, build } from '../../src/build/bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files in packages whose names are not found, and why nobody misses them. */
const neverCalled: Readonly<Record<string, string>> = {
  'node_modules/@opentelemetry/resources/build/src/detectors/platform/node/machine-id/':
    "a detector of the host's id, which this service does not start",
};

/** Prints what each of these modules exports, loaded as the Azure worker does it; an error in its place if that fails. */
const loader = `
  import Module from 'node:module';
  const core = { version: '4', hostVersion: '4', log() {}, setProgrammingModel() {}, registerHook() {}, registerFunction() {} };
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  const names = {};
  for (const url of JSON.parse(process.env.URLS)) {
    names[url] = await import(url).then(Object.keys, (error) => String(error));
  }
  process.stdout.write(JSON.stringify(names));
`;

function namesIn(files: readonly string[]): (string | string[])[] {
  const urls = files.map((file) => pathToFileURL(file).href);
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', loader], {
    encoding: 'utf8',
    env: { URLS: JSON.stringify(urls) },
    maxBuffer: 10_000_000,
  });
  expect(child.stderr).toBe('');
  const names = JSON.parse(child.stdout) as Record<string, string | string[]>;
  return urls.map((url) => names[url] ?? 'not loaded');
}

let folder: string;
let lazy: readonly (readonly [chunk: string, file: string])[];

beforeAll(async () => {
  folder = path.dirname((await build()).entry);
  const record = JSON.parse(await readFile(path.join(folder, 'build.json'), 'utf8')) as BuildRecord;
  lazy = Object.entries(record.lazy);
});

test('every import() of the bundle leads to a chunk that is known here', async () => {
  const called = new Set<string>();
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((one) => one.endsWith('.mjs'))) {
    const text = await readFile(path.join(folder, file), 'utf8');
    for (const [, found = ''] of text.matchAll(/\bimport\("(\.[^"]+)"\)/g))
      called.add(path.join(path.dirname(file), found));
  }
  expect([...called].sort()).toEqual(lazy.map(([chunk]) => chunk).sort());
  expect(called.size).toBeGreaterThan(30);
});

test('what import() finds in the bundle has every name that it finds in the sources', () => {
  const built = namesIn(lazy.map(([chunk]) => path.join(folder, chunk)));
  const plain = namesIn(lazy.map(([, file]) => path.resolve(root, file)));
  const missing = lazy.flatMap(([, file], k) => {
    const [here, there] = [built[k], plain[k]];
    if (!Array.isArray(here) || !Array.isArray(there))
      return [`${file}: ${here} in the bundle, ${there} in the sources`];
    if (Object.keys(neverCalled).some((place) => file.startsWith(place))) return [];
    // Node gives a CommonJS module these beside its names.
    const wanted = there.filter((name) => !['default', 'module.exports', '__esModule'].includes(name));
    const lacking = wanted.filter((name) => !here.includes(name));
    return lacking.length === 0 ? [] : [`${file} lacks ${lacking.join(', ')}`];
  });
  expect(missing).toEqual([]);
});
