import { expect, test } from 'vitest';
import { faultOf } from '../../src/core/errors.ts';

function makeFault(message: string): Error {
  return new TypeError(message);
}

test.each([['planted-secret'], ['two lines\n    at planted-secret (planted-secret.ts:1:1)'], ['']])(
  'the type and the place of an error are told, and not its text %j',
  (message) => {
    expect(faultOf(makeFault(message))).toMatch(/^TypeError in makeFault \(fault-of\.test\.ts:\d+:\d+\)$/);
  },
);

test('a code is told, and so is what is thrown without being an error', () => {
  expect(faultOf(Object.assign(new Error('planted'), { code: 'ENOENT', stack: '' }))).toBe('Error ENOENT');
  expect(faultOf('planted')).toBe('a thrown string');
});
