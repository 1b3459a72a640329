import { type Command, InvalidArgumentError, Option } from 'commander';
import { csvOf } from '../messages/markup.ts';
import { tableText } from '../text-table.ts';

/** A column of a command's table. */
export interface Column<T> {
  /** As `--columns` and the head of CSV have it. */
  readonly name: string;
  /** Head of the table. */
  readonly head: string;
  readonly cell: (row: T) => string;
  /** What CSV has in place of `cell`, where a person and a program want it differently. */
  readonly plain?: (row: T) => string;
  readonly numeric?: true;
  /** People copy from it: it is wrapped last. */
  readonly whole?: true;
  /** Shown only where it is asked for. */
  readonly more?: true;
}

/** What was asked for of a table. */
export interface TableOptions {
  /** Names, in the order in which they are shown. */
  readonly columns?: readonly string[];
  readonly csv?: boolean;
}

/** Gives a command `--columns`, with the names that there are, and `--csv`. */
export function withColumns<T>(command: Command, columns: readonly Column<T>[]): Command {
  const names = columns.map(({ name }) => name);
  return command
    .addOption(
      new Option('--columns <names>', `the table alone, with these columns in this order: ${names.join(',')}`)
        .argParser((text) => chosenFrom(names, text))
        .conflicts('json'),
    )
    .addOption(new Option('--csv', 'the table as CSV').conflicts('json'));
}

/** Reads names separated by commas. Throws InvalidArgumentError, with those that there are. */
function chosenFrom(names: readonly string[], text: string): string[] {
  const chosen = text.split(',').map((name) => name.trim().toLowerCase());
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length === 0) return chosen;
  const got = unknown.map((name) => JSON.stringify(name)).join(', ');
  throw new InvalidArgumentError(`Expected columns out of ${names.join(', ')}, got ${got}.`);
}

/** Whether the table alone is asked for: as CSV, or with columns of its own. */
export function isTableAlone({ columns, csv }: TableOptions): boolean {
  return csv === true || columns !== undefined;
}

/** A table for a terminal, or as CSV; CSV has every column unless some are asked for. */
export function tableOf<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  { columns: names, csv }: TableOptions = {},
): string {
  const chosen =
    names === undefined
      ? columns.filter(({ more }) => csv || more !== true)
      : names.flatMap((name) => columns.filter((column) => column.name === name));
  if (csv) {
    const cells = rows.map((row) => chosen.map(({ cell, plain = cell }) => plain(row)));
    return csvOf([chosen.map(({ name }) => name), ...cells]).trimEnd();
  }
  const heads = (flag: 'numeric' | 'whole') => chosen.filter((column) => column[flag]).map(({ head }) => head);
  return tableText(
    chosen.map(({ head }) => head),
    rows.map((row) => chosen.map(({ cell }) => cell(row))),
    { numeric: heads('numeric'), whole: heads('whole') },
  );
}
