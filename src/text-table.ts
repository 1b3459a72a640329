import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import colors from 'picocolors';

/** Columns of a terminal that nobody told us about: a pipe, a log, a CI job. */
const plainWidth = 80;
const gap = 2;
/** The empty Braille cell: as wide as a blank, and no white space to the library, which miscounts a text that begins with some. */
const hard = '\u2800';
/** A column is not cut down below this: a word a line can still be read. */
const narrowest = 8;

/** Columns of the terminal that the output goes to; 80 where it goes to none. */
export function terminalWidth(): number {
  return process.stdout.columns ?? plainWidth;
}

interface TableOptions {
  /** Columns that are aligned at the right. */
  readonly numeric?: readonly string[];
  /** Columns that people copy from: they are wrapped last. */
  readonly whole?: readonly string[];
  /** Columns of the terminal. */
  readonly width?: number;
}

/**
 * A table without lines, a row a line, in at most `width` columns: what does not fit is wrapped in the widest columns first.
 * Columns in `numeric` are aligned to the right; those in `whole`, from which people copy, are wrapped last. A word that is wider than its column is broken behind a dot, a slash or a hyphen, and cut where it has none.
 */
export function tableText(
  head: readonly string[],
  cells: readonly (readonly string[])[],
  { numeric = [], whole = [], width = terminalWidth() }: TableOptions = {},
): string {
  const rows = cells.map((row) =>
    row.map((cell) => cell.trimEnd().replace(/^ +/, (blanks) => hard.repeat(blanks.length))),
  );
  const natural = head.map((text, column) =>
    [text, ...rows.map((row) => row[column] ?? '')].map(widthOf).reduce((most, one) => Math.max(most, one), 0),
  );
  const words = head.map((text, column) =>
    [text, ...rows.map((row) => row[column] ?? '')].map(longestWord).reduce((most, one) => Math.max(most, one), 0),
  );
  const isWhole = head.map((text) => whole.includes(text));
  const least = words.map((one) => Math.min(one, narrowest));
  const unlessWhole = (some: readonly number[]) => some.map((one, i) => (isWhole[i] ? (natural[i] ?? 0) : one));
  const widths = [unlessWhole(words), unlessWhole(least), least].reduce(
    (before, limits) => narrowed(before, limits, width),
    natural,
  );
  const table = new Table({
    head: head.map((text) => colors.bold(text)),
    colAligns: head.map((text) => (numeric.includes(text) ? 'right' : 'left')),
    colWidths: widths.map((columns) => columns + gap),
    wordWrap: true,
    chars: noLines,
    // Colours come from picocolors alone, which omits them where there is no terminal.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap, compact: true },
  });
  for (const row of rows) {
    const contents = row.map((content, i) => broken(content, widths[i] ?? 0));
    table.push(
      contents.map((content, i) => ({ content, wrapOnWordBoundary: longestWord(content) <= (widths[i] ?? 0) })),
    );
  }
  return table
    .toString()
    .replaceAll(hard, ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Widths that fit together, the widest made narrower first, as far as `least` allows. */
function narrowed(natural: readonly number[], least: readonly number[], width: number): number[] {
  const widths = [...natural];
  const spare = (i: number): number => (widths[i] ?? 0) - (least[i] ?? 0);
  let over = widths.reduce((sum, one) => sum + one + gap, -gap) - width;
  while (over > 0) {
    const widest = widths.reduce((best, one, i) => (spare(i) > 0 && one > (widths[best] ?? 0) ? i : best), -1);
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

/** Columns that a text takes, without the codes of colours. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text)
    .split('\n')
    .reduce((most, line) => Math.max(most, line.length), 0);
}

function longestWord(text: string): number {
  return text.split(/\s+/).reduce((most, word) => Math.max(most, widthOf(word)), 0);
}

/** A text whose words that are wider than this go on in a new line behind a dot, a slash or a hyphen, where they have one. */
function broken(text: string, columns: number): string {
  return text
    .split(/(\s+)/)
    .map((word) => (widthOf(word) <= columns ? word : linesOf(word, columns).join('\n')))
    .join('');
}

function linesOf(word: string, columns: number): string[] {
  const lines: string[] = [];
  for (const part of word.split(/(?<=[./-])/)) {
    const joined = `${lines.at(-1) ?? ''}${part}`;
    if (lines.length > 0 && widthOf(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
