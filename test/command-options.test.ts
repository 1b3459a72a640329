import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commandOptions } from '../src/command-options.ts';

const build = fileURLToPath(new URL('../src/build/', import.meta.url));

test.each([
  ['help', ['roles.ts', '--help'], 0, /^npm run role/, /^$/],
  ['an option nobody knows', ['roles.ts', '--nope'], 2, /^$/, /^Unknown option '--nope'\n\nnpm run role/],
  ['a config that is not there', ['package.ts', '--config', '/absent.json'], 2, /^$/, /^ENOENT: .*absent\.json'\n$/],
])('%s ends with words and a code, not with a stack', (_name, [command = '', ...args], code, out, err) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${build}${command}`, ...args], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({
    status: code,
    stdout: expect.stringMatching(out),
    stderr: expect.stringMatching(err),
  });
});

test('options that are declared wrongly are a fault of ours, not of who typed them', () => {
  expect(() => commandOptions('usage', { port: { type: 'number' as never } })).toThrow(/type/);
});
