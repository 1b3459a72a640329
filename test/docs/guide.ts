import { readdirSync } from 'node:fs';

/** The guides of a folder: all its pages but the one that leads to them. */
export function guidesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
}

/** One step of a guide: a block of commands, and what the block after it shows of their output. */
export interface Step {
  /** The line of the page where the block begins, from 1. */
  readonly line: number;
  readonly commands: readonly string[];
  /** The exit code of the last command; those before it end with 0. */
  readonly exit: number;
  /** Lines of the `text` block after it; undefined where the page shows nothing. */
  readonly shown: readonly string[] | undefined;
}

/**
 * The steps of a page: its blocks marked `sh`, with `exit=N` behind that where the last command ends with another code than
 * 0. Blocks marked `sh real` are for a real subscription and left out. A `text` block shows what the block before it prints.
 */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  const fence = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;
  let real = false;
  for (const { 1: language, 2: marks = '', 3: body = '', index } of page.matchAll(fence)) {
    const line = page.slice(0, index).split('\n').length;
    const last = steps.at(-1);
    if (language === 'sh') {
      real = /\breal\b/.test(marks);
      if (!real) {
        const exit = Number(/\bexit=(\d+)/.exec(marks)?.[1] ?? 0);
        steps.push({ line, commands: commandsIn(body), exit, shown: undefined });
      }
    } else if (language === 'text' && !real) {
      if (last === undefined || last.shown !== undefined)
        throw new Error(`line ${line}: expected one text block after each sh block, got one without its commands`);
      steps[steps.length - 1] = { ...last, shown: body.trimEnd().split('\n') };
    }
  }
  if (steps.length === 0) throw new Error('expected blocks of commands (```sh), got none');
  return steps;
}

/** A command a line; one that ends with a backslash goes on in the next. */
function commandsIn(body: string): string[] {
  return body
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/**
 * The first shown line that the output does not have in its place; undefined if all are there. A line `...` stands for any
 * lines or none, `...` within a line for any text or none, and `<name>` for some text: an id, a time, a path. Without a line
 * `...` the lines follow each other, from the first to the last of the output.
 */
export function missingLine(shown: readonly string[], output: string): string | undefined {
  const lines = output.trimEnd().split('\n').map(tidy);
  let at = 0;
  let gap = false;
  for (const line of shown) {
    if (line.trim() === '...') {
      gap = true;
      continue;
    }
    const pattern = patternOf(tidy(line));
    const found = gap ? lines.findIndex((one, k) => k >= at && pattern.test(one)) : at;
    if (found < 0 || !pattern.test(lines[found] ?? '')) return line;
    at = found + 1;
    gap = false;
  }
  return gap || at === lines.length ? undefined : `the end, but then comes: ${lines[at]}`;
}

const tidy = (line: string) => line.trimEnd();

function patternOf(line: string): RegExp {
  const parts = line.split(/(\.\.\.|<[a-z ]+>)/).map((part, k) => {
    if (k % 2 === 0) return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return part === '...' ? '.*' : '.+';
  });
  return new RegExp(`^${parts.join('')}$`);
}
