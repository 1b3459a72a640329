import { Help } from 'commander';
import { terminalWidth } from '../text-table.ts';

/** A text broken at spaces, so that no line is wider than a terminal; every line begins with as many spaces. */
export function wrapped(text: string, indent = 0, width = terminalWidth()): string {
  const room = Math.max(width - indent, 20);
  return new Help()
    .boxWrap(text, room)
    .split('\n')
    .map((line) => `${' '.repeat(indent)}${line}`)
    .join('\n');
}
