import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFunctions } from '../../../src/local/host/functions.ts';

const health = {
  input: { type: 'httpTrigger', direction: 'in', route: 'health', methods: ['GET'], authLevel: 'anonymous' },
  $return: { type: 'http', direction: 'out' },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'functions-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;

/** Loads a file that registers these, with the module that the library asks for. */
async function load(...registered: readonly [name: string, bindings: object][]): ReturnType<typeof loadFunctions> {
  files += 1;
  const file = path.join(folder, `${files}.cjs`);
  const calls = registered.map(
    ([name, bindings]) =>
      `core.registerFunction(${JSON.stringify({ name, bindings })}, () => ${JSON.stringify(name)});`,
  );
  await writeFile(file, ["const core = require('@azure/functions-core');", ...calls].join('\n'));
  return loadFunctions(() => import(file));
}

test('what a file registers is found, with its trigger and what it calls', async () => {
  const [one, ...more] = await load(['health', health]);
  expect(more).toEqual([]);
  const trigger = { type: 'httpTrigger', route: 'health', methods: ['GET'], authLevel: 'anonymous' };
  expect(one).toMatchObject({ name: 'health', trigger });
  expect(one?.handler(undefined as never, undefined as never)).toBe('health');
});

test("another file finds nothing of the first one's", async () => {
  await load(['a', health]);
  expect((await load(['b', health])).map(({ name }) => name)).toEqual(['b']);
});

test("the worker's module exists only while a file loads", async () => {
  await load(['a', health]);
  expect(() => Module.createRequire(import.meta.url)('@azure/functions-core')).toThrow(/Cannot find module/);
});

test.each<[string, [string, object][], RegExp]>([
  [
    'a name registered twice',
    [
      ['a', health],
      ['a', health],
    ],
    /Two functions are called "a"/,
  ],
  ['no function', [], /no function at all/],
  ['a trigger that is unknown here', [['a', { in: { type: 'blobTrigger', direction: 'in' } }]], /httpTrigger/],
])('%s is an error', async (_name, registered, message) => {
  await expect(load(...registered)).rejects.toThrow(message);
});
