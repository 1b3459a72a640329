import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { mutants } from './list.ts';
import { placesOf, plant } from './mutant.ts';

const root = join(import.meta.dirname, '../..');

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s has its place', async (_name, mutant) => {
  for (const [file, places] of placesOf(mutant)) {
    const source = readFileSync(join(root, file), 'utf8');
    const planted = plant(mutant.name, places, source);
    expect(planted).not.toBe(source);
    // What does not even load is killed by every test, and says nothing about any.
    await transform(planted, { loader: 'ts' });
  }
  expect(mutant.tests.length).toBeGreaterThan(0);
  for (const one of mutant.tests) expect(existsSync(join(root, one)), one).toBe(true);
});

test('names are unique', () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('a text to replace', () => {
  const place = { file: 'src/a.ts', find: 'a > b', replace: 'a >= b' };

  test('that is there once is replaced, as it is written', () => {
    expect(plant('m', [place], 'if (a > b) return;')).toBe('if (a >= b) return;');
    expect(plant('m', [{ ...place, replace: '$& $1' }], 'if (a > b) return;')).toBe('if ($& $1) return;');
  });

  test.each([
    ['is not there', 'if (a < b) return;', /expected its text exactly once in src\/a\.ts, but it is not there: a > b/],
    ['is there twice', 'a > b || a > b', /expected its text exactly once in src\/a\.ts, but it is there 2 times/],
  ])('that %s is refused', (_name, source, message) => {
    expect(() => plant('m', [place], source)).toThrow(message);
  });
});
