import Table from 'cli-table3';
import colors from 'picocolors';

/** Columns of a terminal; 80 where the output is none. */
export function terminalWidth(): number {
  return process.stdout.columns ?? 80;
}

const gap = 2;
/** The least a column is cut down to. */
const narrowest = 8;

interface TableOptions {
  /** Columns that are aligned at the right. */
  readonly numeric?: readonly string[];
  /** Columns that people copy from: they are wrapped last. */
  readonly whole?: readonly string[];
  readonly width?: number;
}

/** A table without lines that is at most so wide, however long its cells are: the widest columns are wrapped first. */
export function fitTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { numeric = [], whole = [], width = terminalWidth() }: TableOptions = {},
): string {
  const natural = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const room = width - gap * (head.length - 1);
  const some = fitted(natural, room, (i) => !whole.includes(head[i] ?? ''));
  const widths = fitted(some, room, () => true);
  const table = new Table({
    head: head.map((name) => colors.bold(name)),
    colAligns: head.map((name) => (numeric.includes(name) ? 'right' : 'left')),
    // The library counts the padding as a part of the column.
    colWidths: widths.map((one) => one + gap),
    chars: { ...Object.fromEntries(sides.map((side) => [side, ''])), middle: '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  });
  for (const row of rows) table.push(row.map((cell, i) => wrapped(cell, widths[i] ?? narrowest)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Every line that the library would draw. */
const sides = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) =>
  ['', '-mid', '-left', '-right'].map((end) => `${side}${end}`),
);

/** Widths that add up to `room` at most, if those that may give way can: what is widest does until it is as wide as the next. */
function fitted(natural: readonly number[], room: number, mayGiveWay: (column: number) => boolean): number[] {
  const widths = [...natural];
  while (widths.reduce((sum, one) => sum + one, 0) > room) {
    const widest = Math.max(...widths.filter((_, i) => mayGiveWay(i)));
    if (widest <= narrowest) break;
    widths[widths.findIndex((one, i) => one === widest && mayGiveWay(i))] = widest - 1;
  }
  return widths;
}

/** Lines of at most so many signs, broken between words where there are any. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line].join('\n');
}
