import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { guidesIn, missingLine, stepsOf } from './guide.ts';
import { playGuide } from './play-guide.ts';

const folder = new URL('../../docs/first-day/', import.meta.url).pathname;

// Each starts the service and some fifteen commands, one after the other.
test.each(guidesIn(folder))('%s does what it says', { timeout: 180_000 }, async (page) => {
  const { faults } = await playGuide(join(folder, page), { withoutNpm: true });
  expect(faults).toEqual([]);
});

describe('a page', () => {
  it('has steps: commands, the code of the last one, and what is shown', () => {
    const page = [
      '```sh exit=3',
      '# a remark',
      'one \\',
      '  --more',
      'two',
      '```',
      'In between.',
      '```text',
      'shown',
      '```',
      '```sh real',
      'az login',
      '```',
      '```text',
      'not shown here',
      '```',
      '```json',
      '{}',
      '```',
    ].join('\n');
    expect(stepsOf(page)).toEqual([{ line: 1, commands: ['one --more', 'two'], exit: 3, shown: ['shown'] }]);
  });

  it('without commands is no guide', () => {
    expect(() => stepsOf('# First day\n\n```json\n{}\n```\n')).toThrow('expected blocks of commands');
  });

  it('is refused where a text block has no commands of its own', () => {
    expect(() => stepsOf('```sh\none\n```\n```text\na\n```\n```text\nb\n```\n')).toThrow(
      'line 7: expected one text block',
    );
  });

  it.each([
    ['the same', ['a', 'b'], 'a\nb\n', undefined],
    ['lines left out', ['...', 'b', '...', 'd'], 'a\nb\nc\nd\n', undefined],
    ['nothing left out', ['a', '...', 'b'], 'a\nb\n', undefined],
    ['placeholders', ['run <id>: ... (done)'], 'run 2024-x: 1 write. (done)\n', undefined],
    ['a line that is not there', ['a', '...', 'x'], 'a\nb\n', 'x'],
    ['a line in another place', ['b', '...', 'a'], 'a\nb\n', 'b'],
    ['a line between', ['a', 'c'], 'a\nb\nc\n', 'c'],
    ['more at the end', ['a'], 'a\nb\n', 'the end, but then comes: b'],
    ['a placeholder that nothing fills', ['run <id>'], 'run \n', 'run <id>'],
    ['text with signs of patterns', ['a.c (x)'], 'abc x\n', 'a.c (x)'],
  ])('%s', (_, shown, output, missing) => {
    expect(missingLine(shown, output)).toBe(missing);
  });
});
