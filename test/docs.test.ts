import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { documents, project as root } from '../docs/site/documents.ts';

// The change log names what was there at its time.
const pages = documents().filter((page) => page !== 'CHANGELOG.md');

/** Paths of the project between backticks, in lines and in blocks. One with `*` stands for many; of `<kind>.ts` the folder counts. */
function pathsIn(text: string): string[] {
  const fences = /^```.*\n([\s\S]*?)^```/gm;
  const blocks = [...text.matchAll(fences)].map(([, block = '']) => block);
  const spans = [...text.replace(fences, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...blocks, ...spans]
    .flatMap((code) => code.match(/(?<![\w./-])(?:src|test|functions|docs)\/[^\s`,;:()<>"'[\]#]*/g) ?? [])
    .map((path) => path.replace(/\.+$/, ''))
    .filter((path) => !path.includes('*'));
}

it('finds paths in lines, commands and blocks, and leaves those alone that stand for many', () => {
  const text = [
    'See `src/core/` and `test/imports.test.ts`, `src/a.ts:7`; not src/b.ts, `dist/src/c.ts` or `src/*/d.ts`.',
    '`npm test -- test/messages/golden.test.ts -u` and `src/targets/<kind>.ts`',
    '```mermaid',
    'a["parse<br>src/core/publication/ src/store/"]',
    '```',
  ].join('\n');
  expect(pathsIn(text)).toEqual([
    'src/core/publication/',
    'src/store/',
    'src/core/',
    'test/imports.test.ts',
    'src/a.ts',
    'test/messages/golden.test.ts',
    'src/targets/',
  ]);
});

test.each(pages)('every path that %s names is there', (page) => {
  const missing = pathsIn(readFileSync(join(root, page), 'utf8')).filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

/** `name()` beside the file that should have it: `` `planRun()` in `src/run/plan.ts` ``. */
function functionsIn(text: string): { readonly name: string; readonly file: string }[] {
  return [...text.matchAll(/`(\w+)\(\)`(?:\s+(?:in|of))\s+`((?:src|test|functions)\/[^`*<]+\.ts)`/g)].map(
    ([, name = '', file = '']) => ({ name, file }),
  );
}

test.each(pages)('every function that %s places in a file is there', (page) => {
  const missing = functionsIn(readFileSync(join(root, page), 'utf8')).filter(
    ({ name, file }) => !new RegExp(`\\b${name}\\b\\s*[(<:=]`).test(readFileSync(join(root, file), 'utf8')),
  );
  expect(missing).toEqual([]);
});

test.each(pages)('%s names no file as the next step after itself', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  expect([...text.matchAll(/`([\w./-]+\.ts)`(?: \([^)]*\))?(?: →|,)\s+`\1`/g)].map(([all]) => all)).toEqual([]);
});
