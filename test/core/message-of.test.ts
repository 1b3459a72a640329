import { expect, it } from 'vitest';
import { messageOf } from '../../src/core/errors.ts';

it.each([
  [new Error('The disk is full.'), 'The disk is full.'],
  [
    Object.assign(new Error(''), { name: 'RestError', statusCode: 403, code: 'AuthorizationFailure' }),
    'RestError 403 AuthorizationFailure',
  ],
  [new TypeError(' '), 'TypeError'],
  ['thrown text', 'thrown text'],
])('says what %o says', (error, said) => {
  expect(messageOf(error)).toBe(said);
});
