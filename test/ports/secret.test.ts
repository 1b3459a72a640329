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

test('a Key Vault reference that the platform did not resolve is no secret: the template shows it', () => {
  const reference = '@Microsoft.KeyVault(VaultName=kv-example;SecretName=hook)';
  expect(() => resolveSecret({ $env: 'HOOK' }, { HOOK: reference })).toThrow(
    /environment setting HOOK, got a Key Vault reference that the platform did not resolve/,
  );
});
