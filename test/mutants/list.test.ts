import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { mutants } from './list.ts';
import { type Mutant, plant } from './mutant.ts';

const root = join(import.meta.dirname, '../..');
const sourceOf = ({ file }: Mutant) => readFileSync(join(root, file), 'utf8');

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s has its place', async (_name, mutant) => {
  const source = sourceOf(mutant);
  const planted = plant(mutant, source);
  expect(planted).not.toBe(source);
  // What does not even load is killed by every test, and says nothing about any.
  await transform(planted, { loader: 'ts' });
  expect(mutant.tests.length).toBeGreaterThan(0);
  for (const one of mutant.tests) expect(existsSync(join(root, one)), one).toBe(true);
});

test('names are unique', () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('a text to replace', () => {
  const mutant: Mutant = { name: 'm', file: 'src/a.ts', find: 'a > b', replace: 'a >= b', tests: [], why: 'a test' };

  test('that is there once is replaced, as it is written', () => {
    expect(plant(mutant, 'if (a > b) return;')).toBe('if (a >= b) return;');
    expect(plant({ ...mutant, replace: '$& $1' }, 'if (a > b) return;')).toBe('if ($& $1) return;');
  });

  test.each([
    ['is not there', 'if (a < b) return;', /expected its text exactly once in src\/a\.ts, but it is not there: a > b/],
    ['is there twice', 'a > b || a > b', /expected its text exactly once in src\/a\.ts, but it is there 2 times/],
  ])('that %s is refused', (_name, source, message) => {
    expect(() => plant(mutant, source)).toThrow(message);
  });
});
