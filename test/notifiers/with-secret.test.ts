import { expect, test } from 'vitest';
import { withSecret } from '../../src/notifiers/post.ts';

const secret = 'planted-9f3b';
const advice = 'correct the secret in the setting KEY';

function failureOf(make: () => never): Error {
  try {
    withSecret(secret, make, ({ message }) => message.startsWith('Bad secret'), advice);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected an error');
}

test('a complaint about the secret is advice, without a word of the complaint', () => {
  const error = failureOf(() => {
    throw new Error(`Bad secret ${secret}`);
  });
  expect(error).toMatchObject({ name: 'NotifierError', kind: 'refused', message: advice });
  expect(`${error.stack} ${String(error.cause)}`).not.toContain(secret);
});

test('any other error is passed on as it is: a class that is none, for one', () => {
  const Missing = undefined as unknown as new (text: string) => never;
  const error = failureOf(() => new Missing(secret));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toContain('not a constructor');
});

test.each([
  ['its message', new RangeError(`odd: ${secret}`)],
  ['its cause', new RangeError('odd', { cause: { text: secret } })],
])('an error that holds the secret in %s loses its text', (_, thrown) => {
  const error = failureOf(() => {
    throw thrown;
  });
  expect(error.message).toBe('an unexpected RangeError; its text holds a secret and is left out');
  expect(error.cause).toBeUndefined();
});
