import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

// docs/glossary.md has the terms. These were used before them, for the same things.
const formerTerms: Readonly<Record<string, string>> = {
  desk: 'operator, or feed server',
  said: 'decision state',
  sift: 'gate',
  'tick-off': 'record approvals used',
  'came-true': 'verified changes',
  'fail-rest': 'fail remaining',
  vouch: 'accept override',
  ripen: 'release expired',
  'take-in': 'update tag',
  lacking: 'missing',
  fought: 'contested',
  wire: 'composition root, or create',
  'keep-house': 'maintain',

  abreast: 'concurrency',
};

const root = join(import.meta.dirname, '..');
const files = ['src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

/** `keepHouse` and `KeepHouse` as `keep-house`. */
function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

function has(name: string, term: string): boolean {
  return `-${name}-`.includes(`-${term}-`) || `-${name}-`.includes(`-${term}s-`);
}

/** Names that a file exports. */
function exported(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm);
  return [...found].map(([, name = '']) => name);
}

test.each(Object.entries(formerTerms))('%s is called %s', (term) => {
  const named = files.filter((file) => has(basename(file, '.ts'), term));
  const exports = files.flatMap((file) =>
    exported(file)
      .filter((name) => has(kebab(name), term))
      .map((name) => `${file}: ${name}`),
  );
  expect([...named, ...exports]).toEqual([]);
});

test('a name of several words is split as it is read', () => {
  expect(has(kebab('makeFeedDesk'), 'desk')).toBe(true);
  expect(has(kebab('desktop'), 'desk')).toBe(false);
});
