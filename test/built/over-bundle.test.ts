import { expect, test } from 'vitest';
import { withSecret } from '../../src/notifiers/post.ts';
import { NotifierError } from '../../src/ports/notifier.ts';

test('what a suite imports from the sources is the built code, loaded by Node itself', () => {
  let stack = '';
  try {
    withSecret(
      'secret',
      () => expect.unreachable('a fault'),
      () => false,
      '',
    );
  } catch (error) {
    stack = (error as Error).stack ?? '';
  }
  expect(stack).toMatch(/dist\/suites\/.*\.mjs/);
  expect(stack).not.toContain('src/notifiers/post.ts');
});

test('a class has one identity, whichever file it is reached by', () => {
  const refuse = () =>
    withSecret(
      'secret',
      () => JSON.parse('{'),
      () => true,
      'correct it',
    );
  expect(refuse).toThrow(NotifierError);
});
