import { expect, test } from 'vitest';
import { parseFileName } from '../../src/core/publication/publication.ts';
import { inSequence } from '../../src/sources/sequence.ts';

/** Places of files by the end of their names, each as `end date`. */
function placed(files: Readonly<Record<string, number | undefined>>): string[] {
  const listed = Object.entries(files).map(([end, changeNumber]) => {
    const path = `ServiceTags_Public_${end}.json`;
    const name = parseFileName(path);
    if (!name) throw new Error(`expected a name of a publication, got ${path}`);
    return { ...name, path, ...(changeNumber === undefined ? {} : { changeNumber }) };
  });
  return inSequence(listed).map(({ path, date }) => `${path.slice(19, -5)} ${date}`);
}

test('a file with a date comes on its day, whatever its number', () => {
  expect(placed({ '20240122': 290, '20240115': 346, '20240129': 291, '20240108': undefined })).toEqual([
    '20240108 2024-01-08',
    '20240115 2024-01-15',
    '20240122 2024-01-22',
    '20240129 2024-01-29',
  ]);
});

test('files without a date take their place by number, on days between those of their neighbours', () => {
  expect(placed({ '20240101': 280, Latest: 281, copy: 282, '20240122': 283, '20240129': 284 })).toEqual([
    '20240101 2024-01-01',
    'Latest 2024-01-08',
    'copy 2024-01-15',
    '20240122 2024-01-22',
    '20240129 2024-01-29',
  ]);
});

test('a copy without a date follows the file with its number on the same day', () => {
  expect(placed({ '20240101': 280, '20240108': 281, Latest: 280, '20240115': 282 })).toEqual([
    '20240101 2024-01-01',
    'Latest 2024-01-01',
    '20240108 2024-01-08',
    '20240115 2024-01-15',
  ]);
  // Two copies of a number that no dated file has are one step of time.
  expect(placed({ '20240101': 280, a: 281, b: 281, '20240115': 282 }).slice(1, 3)).toEqual([
    'a 2024-01-08',
    'b 2024-01-08',
  ]);
});

test('one number out of turn does not draw a file without a date to it', () => {
  expect(placed({ '20240101': 280, '20240108': 999, '20240115': 282, x: 281 })).toEqual([
    '20240101 2024-01-01',
    'x 2024-01-04',
    '20240108 2024-01-08',
    '20240115 2024-01-15',
  ]);
  expect(placed({ '20240101': 280, '20240115': 282, '20240122': 10, '20240129': 283, x: 281 })[1]).toBe('x 2024-01-08');
});

test('at an end a week lies between them, and what has no number either comes last', () => {
  expect(placed({ '20240115': 290, a: 288, b: 289, c: 291, d: undefined })).toEqual([
    'a 2024-01-01',
    'b 2024-01-08',
    '20240115 2024-01-15',
    'c 2024-01-22',
    'd 2024-01-29',
  ]);
  expect(placed({ a: 288, b: 289 })).toEqual(['a 1970-01-05', 'b 1970-01-12']);
});
