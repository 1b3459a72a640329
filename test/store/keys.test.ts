import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blobPathOf, invertedTime, keyOf, keyPart } from '../../src/store/keys.ts';

/** Any UTF-16 text, lone surrogates included, and texts of the characters that are dangerous in keys. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('/', '\\', '#', '?', '|', '%', '.', '=', '~', '\u0000', 'a', '\ud800'),
    maxLength: 300,
  }),
);

/** Takes an unshortened key part apart again: what can be decoded cannot be two texts. */
function decode(part: string): string {
  return part.replace(/=([0-9a-f]{2})|~([0-9a-f]{4})/g, (_, byte, unit) =>
    String.fromCharCode(Number.parseInt(byte ?? unit, 16)),
  );
}

test('a key part is legal in tables and blobs and stands for one text', () => {
  fc.assert(
    fc.property(text, (value) => {
      const part = keyPart(value);
      expect(part).toMatch(/^[A-Za-z0-9_=~-]?[A-Za-z0-9._=~-]*$/);
      expect(part.length).toBeLessThanOrEqual(160);
      if (part.includes('~~')) expect(value.length).toBeGreaterThan(26);
      else expect(decode(part)).toBe(value);
    }),
    { numRuns: 500 },
  );
});

test('long texts that differ at the end only have different keys', () => {
  const long = 'x'.repeat(400);
  expect(keyPart(`${long}a`)).not.toBe(keyPart(`${long}b`));
  expect(keyPart(`${long}\ud800`)).not.toBe(keyPart(`${long}\ud801`));
  expect(keyPart(long)).toBe(keyPart(long));
});

test('keys of three long parts are within the limit of 512 characters', () => {
  const long = '/'.repeat(400);
  expect(keyOf(long, long, 'run', long).length).toBeLessThanOrEqual(512);
});

test('parts cannot run into each other, nor climb out of their folder', () => {
  expect(keyOf('a|b', 'c')).not.toBe(keyOf('a', 'b|c'));
  expect(
    new URL(blobPathOf({ instance: '..', cloud: '.' }, 'ledgers', '../../x', '.json'), 'http://h/c/').pathname,
  ).toBe('/c/=2e./=2e/ledgers/=2e.=2f..=2fx.json');
});

test('later times sort first', () => {
  const times = ['1970-01-01T00:00:00Z', '2024-01-15T08:00:00Z', '2024-01-15T08:00:00.001Z', '2286-01-01T00:00:00Z'];
  const keys = times.map(invertedTime);
  expect(keys.toSorted()).toEqual(keys.toReversed());
  expect(new Set(keys.map((key) => key.length))).toEqual(new Set([13]));
  expect(() => invertedTime('yesterday')).toThrow(RangeError);
});
