import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoredFormatError } from '../../src/ports/store.ts';
import { decodeStored, encodeStored, joinText, SchemaError, schema, splitText } from '../../src/store/schema.ts';

test('any text comes back, through ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const text = encodeStored({ value });
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeStored(text, 'here')).toEqual({ schema, value });
    }),
  );
});

test('what a newer version wrote, and what nobody wrote, is told apart', () => {
  expect(() => decodeStored(`{"schema":${schema + 1}}`, 'row 7')).toThrow(SchemaError);
  expect(() => decodeStored(`{"schema":${schema + 1}}`, 'row 7')).toThrow(
    `row 7: written by a newer version (schema ${schema + 1}, this one reads up to ${schema}); nothing was changed; update this instance`,
  );
  for (const text of ['', '{', '[]', 'null', '1', '{}', '{"schema":"1"}', '{"schema":0}']) {
    expect(() => decodeStored(text, 'row 7'), text).toThrow(StoredFormatError);
  }
});

test('long text fills properties up to what Storage takes, and a row up to 1 MiB', () => {
  for (const length of [1, 32_768, 32_769, 15 * 32_768]) {
    const text = 'abcdefg'.repeat(length / 7 + 1).slice(0, length);
    const properties = splitText(text) ?? {};
    expect(Math.max(...Object.values(properties).map((part) => part.length))).toBeLessThanOrEqual(32_768);
    expect(joinText(properties, 'here')).toBe(text);
    // Two bytes a character, beside two keys of 1 KiB and names.
    const bytes = Object.entries(properties).reduce((sum, [name, part]) => sum + 2 * (name.length + part.length), 0);
    expect(bytes).toBeLessThan(1_048_576 - 4_096);
  }
  expect(splitText('a'.repeat(15 * 32_768 + 1))).toBeUndefined();
  expect(() => joinText({}, 'here')).toThrow(StoredFormatError);
});
