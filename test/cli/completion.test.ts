import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cli } from './run-cli.ts';

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const { out } = await cli('completion', 'bash');
  const line = ['service-tag-sync', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${out}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _service_tag_sync; printf '%s\n' "${'$'}{COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test.each<[string, string[], string[]]>([
  ['commands', ['lo'], ['lookup']],
  ['no command that is hidden', ['keep-'], []],
  ['options of a command', ['why', '20.60.4.1', '--a'], ['--at', '--arm']],
  ['choices of an option', ['plan', '--format', 'm'], ['markdown']],
  ['choices of an argument', ['answer', 'k'], ['keep']],
  ['commands of a command', ['notify', 't'], ['test']],
  ['options of that one', ['notify', 'test', '--js'], ['--json']],
])('bash completes %s', async (_, words, expected) => {
  expect((await offered(...words)).sort()).toEqual(expected.sort());
});

test('bash completes files where there may be one', async () => {
  expect(await offered('check', 'package.js')).toEqual(['package.json']);
  expect(await offered('plan', '--config', 'package.js')).toEqual(['package.json']);
});

test('zsh reads the same script, fish one of its own, in which texts are quoted', async () => {
  const { out: bash } = await cli('completion', 'bash');
  const { out: zsh } = await cli('completion', 'zsh');
  expect(zsh.endsWith(bash)).toBe(true);
  expect(zsh).toContain('bashcompinit');
  const { out: fish } = await cli('completion', 'fish');
  expect(fish).toMatch(/-n __fish_use_subcommand -a lookup -d 'find an address in tags, lists and targets'\n/);
  expect(fish).toMatch(/seen_subcommand_from plan' -l format -r -f -a 'markdown csv json'/);
  // Each line has its quotes in pairs, those that stand for themselves left out.
  for (const line of fish.trimEnd().split('\n')) {
    expect((line.replaceAll("\\'", '').match(/'/g) ?? []).length % 2, line).toBe(0);
  }
});

test('another shell is answered with those that there are', async () => {
  expect(await cli('completion', 'csh')).toMatchObject({ code: 2, err: expect.stringContaining('bash, zsh, fish') });
});
