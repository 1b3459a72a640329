import { expect, test } from 'vitest';
import { resolveSecret, SecretError } from '../../src/ports/secret.ts';

test('a secret comes from the setting it names', () => {
  expect(resolveSecret({ $env: 'HOOK' }, { HOOK: 's3cret' })).toBe('s3cret');
});

test.each([
  ['missing', { OTHER: 'hunter2' }, 'it is not set'],
  ['empty', { HOOK: '', OTHER: 'hunter2' }, 'it is empty'],
])('a setting that is %s is named, and no value is', (_state, env, why) => {
  const resolve = () => resolveSecret({ $env: 'HOOK' }, env);
  expect(resolve).toThrow(SecretError);
  expect(resolve).toThrow(`setting HOOK, but ${why}`);
  expect(resolve).not.toThrow('hunter2');
});
