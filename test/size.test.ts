import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSizes, medianOf } from '../src/build/size.ts';

const root = join(import.meta.dirname, '..');
const sizes = fileSizes(root);

// What is there today is the limit: lower the number when it falls.
const most = { files: 604, casts: 3 };
const least = { median: 60, lines: 12 };

test('no file is longer than 300 lines', () => {
  expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
});

test(`no file is shorter than ${least.lines} lines but a registry, the index.ts of a folder`, () => {
  const isRegistry = (file: string) => file.endsWith('/index.ts');
  expect(sizes.filter(({ file, lines }) => lines < least.lines && !isRegistry(file))).toEqual([]);
});

test(`there are ${most.files} source files at most`, () => {
  expect(sizes.length).toBeLessThanOrEqual(most.files);
});

test(`half of the files have ${least.median} lines or more`, () => {
  expect(medianOf(sizes.map(({ lines }) => lines))).toBeGreaterThanOrEqual(least.median);
});

test('every file but the entries is imported', () => {
  const entries = /^(functions\/index|src\/cli|src\/local\/start|src\/build\/\w[\w-]*)\.ts$/;
  expect(sizes.filter(({ file, importers }) => importers === 0 && !entries.test(file))).toEqual([]);
});

test(`${most.casts} casts by way of unknown at most`, () => {
  const casts = sizes.flatMap(({ file }) => [...readFileSync(join(root, file), 'utf8').matchAll(/\bas unknown as\b/g)]);
  expect(casts.length).toBeLessThanOrEqual(most.casts);
});

test('the median is the lower one of two', () => {
  expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([])]).toEqual([2, 2, 0]);
});
