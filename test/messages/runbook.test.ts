import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { noticeKinds } from '../../src/core/notice.ts';
import { ruleAnchor } from '../../src/http/page/parts.ts';
import { runbookMarkup } from '../../src/http/page/views/runbook.ts';

test('the runbook says of every kind of notice what it means', async () => {
  const text = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^### `(.+)`$/gm)].map(([, kind]) => kind);
  expect(headings).toEqual(expect.arrayContaining([...noticeKinds]));
});

/** Texts of the files below a folder of src. */
function textsIn(folder: string): string {
  const at = fileURLToPath(new URL(`../../src/${folder}/`, import.meta.url));
  const files = readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(`${at}${file}`, 'utf8')).join('\n');
}

test.each([
  ['is no longer in the config', 'messages'],
  ['is kept back', 'messages'],
  ['SecurityRuleConflict', 'simulator/arm'],
])('who searches the runbook for %j, as people read it, finds it', async (words, folder) => {
  expect(textsIn(folder)).toContain(words);
  expect(await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8')).toContain(words);
});

test('the runbook says of every rule and every error of Azure what to do', async () => {
  const text = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const firstCells = [...text.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell]) => cell ?? '');
  const told = new Set(firstCells.flatMap((cell) => cell.split(', ').map((name) => name.replaceAll('`', ''))));
  const found = (texts: string, pattern: RegExp) => [...new Set([...texts.matchAll(pattern)].map(([, name]) => name))];
  const rules = found(
    `${textsIn('core')}${textsIn('run')}${textsIn('operator')}${textsIn('doctor')}`,
    /rule: '([a-z-]+)'/g,
  );
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.filter((rule) => !told.has(rule ?? ''))).toEqual([]);
  const shown = runbookMarkup(text);
  expect(rules.filter((rule) => !shown.includes(` id="${ruleAnchor(rule ?? '')}"`))).toEqual([]);
  const problems = found(
    `${textsIn('targets')}${textsIn('azure')}${textsIn('run')}${textsIn('doctor')}`,
    /(?:code: |moot\(\s*)'([a-z-]+)'/g,
  );
  expect(problems.length).toBeGreaterThan(10);
  expect(problems.filter((code) => !told.has(code ?? ''))).toEqual([]);
  const [, kinds = ''] = /type TargetErrorKind =([^;]+);/.exec(textsIn('core')) ?? [];
  const errors = [...found(kinds, /'([a-z-]+)'/g), 'internal'];
  expect(errors.length).toBeGreaterThan(10);
  expect(errors.filter((kind) => !told.has(kind ?? ''))).toEqual([]);
});
