import { expect, test } from 'vitest';
import { hiddenIn, marked, visible, visibleIn } from '../../src/core/visible-text.ts';

test.each([
  ['plain text, with ü, 漢字, א and 🙂', undefined],
  ['lines\r\nand\ttabs', undefined],
  ['\u0000', 'U+0000'],
  ['a\u001b[2J', 'U+001B'],
  ['a\u007f', 'U+007F'],
  ['a\u009b31m', 'U+009B'],
  ['a\u202eb', 'U+202E'],
  ['a\u2066b', 'U+2066'],
  ['a\u200fb', 'U+200F'],
  ['a\u061cb', 'U+061C'],
])('%j hides %s', (text, sign) => {
  expect(hiddenIn(text)).toBe(sign);
  expect(hiddenIn(visible(text))).toBeUndefined();
  expect(hiddenIn(marked(text))).toBeUndefined();
});

test('what is shown is one line, with a mark where something was hidden', () => {
  expect(visible('red \u001b[31m\r\n\tand \u202etxt.exe\u2028end')).toBe('red \ufffd[31m and \ufffdtxt.exe end');
  expect(marked('a\nb\u0007')).toBe('a\nb\ufffd');
});

test('plain data keeps everything but what is hidden', () => {
  const value = { a: ['x\u001b', 1, null, undefined, true], b: { c: 'y\nz' } };
  expect(visibleIn(value)).toEqual({ a: ['x\ufffd', 1, null, undefined, true], b: { c: 'y z' } });
});
