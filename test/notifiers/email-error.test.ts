import { expect, test } from 'vitest';
import { errorOf } from '../../src/notifiers/email.ts';

const failure = (name: string, more: object = {}) => Object.assign(new Error('words'), { name, ...more });
const now = new Date('2026-11-12T08:00:00Z');

// What needs an identity, or a network that breaks in the middle of TLS, is not to be had on the wire here.
test.each([
  ['an identity that is not there', failure('CredentialUnavailableError'), 'refused', /gets no token/],
  ['every identity in vain', failure('AggregateAuthenticationError'), 'refused', /gets no token/],
  ['a token that was refused', failure('AuthenticationError', { statusCode: 400 }), 'refused', /gets no token/],
  ['a broken connection', failure('RestError', { code: 'ECONNRESET' }), 'unreachable', /no answer/],
  ['our own limit', failure('AbortError'), 'unreachable', /no answer/],
])('%s', (_, error, kind, says) => {
  expect(errorOf(error, 'e-mail', now)).toMatchObject({
    name: 'NotifierError',
    kind,
    message: expect.stringMatching(says),
  });
});

test('a fault of ours passes as it is', () => {
  const error = new TypeError('EmailClient is not a constructor');
  expect(errorOf(error, 'e-mail', now)).toBe(error);
});
