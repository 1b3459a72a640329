import Module from 'node:module';
import { expect, test } from 'vitest';
import { loadFunctions } from '../../../src/local/host/core-module.ts';

interface Core {
  registerFunction(metadata: { name: string; bindings: object }, callback: () => void): { dispose(): void };
  registerHook(name: string, hook: () => void): { dispose(): void };
}

const core = (): Core => Module.prototype.require.call(module, '@azure/functions-core');
const module = new Module('test');

async function load(register: (core: Core) => void): ReturnType<typeof loadFunctions> {
  return loadFunctions(
    async () => register(core()),
    () => {},
  );
}

test('the module exists only while a bundle loads', async () => {
  await load(({ registerFunction }) => registerFunction({ name: 'a', bindings: {} }, () => {}));
  expect(core).toThrow(/Cannot find module/);
});

test('a name registered twice is an error', async () => {
  const twice = load(({ registerFunction }) => {
    registerFunction({ name: 'a', bindings: {} }, () => {});
    registerFunction({ name: 'a', bindings: {} }, () => {});
  });
  await expect(twice).rejects.toThrow('Two functions are called "a"');
});

test('registering after start is an error', async () => {
  let late: Core | undefined;
  await load((given) => {
    late = given;
    given.registerFunction({ name: 'a', bindings: {} }, () => {});
  });
  expect(() => late?.registerFunction({ name: 'b', bindings: {} }, () => {})).toThrow('"b" was registered after start');
});

test('a bundle without a function is an error', async () => {
  await expect(load(() => {})).rejects.toThrow('no function at all');
});

test('what is disposed is gone', async () => {
  const { functions, hooks } = await load(({ registerFunction, registerHook }) => {
    registerFunction({ name: 'a', bindings: {} }, () => {});
    registerFunction({ name: 'b', bindings: {} }, () => {}).dispose();
    registerHook('preInvocation', () => {}).dispose();
  });
  expect([...functions.keys()]).toEqual(['a']);
  expect(hooks.get('preInvocation')).toEqual([]);
});
