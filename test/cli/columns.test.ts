import { expect, test } from 'vitest';
import { type Column, tableOf } from '../../src/cli/columns.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { showChanges, showPublications, showRuns } from '../../src/cli/show-changes.ts';
import { runColumns } from '../../src/cli/tables.ts';
import { operatorForTests } from '../support/operator.ts';
import { cli } from './run-cli.ts';

const columns: readonly Column<{ readonly id: string; readonly size: number }>[] = [
  { name: 'id', head: 'Id', cell: ({ id }) => id },
  { name: 'size', head: 'Size', cell: ({ size }) => `+${size}`, plain: ({ size }) => String(size), numeric: true },
  { name: 'twice', head: 'Twice', cell: ({ size }) => String(size * 2), more: true },
];
const rows = [
  { id: 'a', size: 5 },
  { id: '=b', size: 12 },
];

test('a table has the usual columns, or those that are asked for in their order', () => {
  expect(tableOf(columns, rows)).toBe('Id  Size\na     +5\n=b   +12');
  expect(tableOf(columns, rows, { columns: ['twice', 'id'] })).toBe('Twice  Id\n10     a\n24     =b');
});

test('CSV has all columns, or those that are asked for, as a program reads them, and no formula', () => {
  expect(tableOf(columns, rows, { csv: true })).toBe("id,size,twice\r\na,5,10\r\n'=b,12,24");
  expect(tableOf(columns, rows, { csv: true, columns: ['size'] })).toBe('size\r\n5\r\n12');
  expect(tableOf(columns, [], { csv: true })).toBe('id,size,twice');
});

const operator = operatorForTests();

test('commands show the columns that are asked for', async () => {
  const runs = await operator.runs({ most: 1 });
  expect(showRuns(runs, { columns: ['run', 'targets'] })).toMatch(/^Run +Targets\nr-1 +groups applied$/m);
  expect(showRuns(runs, { csv: true })).toMatch(
    /^started,run,status,in,out,publication,closed,trigger,by,targets,writes\r\n/,
  );
  const changes = await operator.changes({ most: 1 });
  expect(showChanges(changes, { columns: ['prefix', 'ticket'] })).toMatch(/^Range +Ticket\n\S+ +CHG1$/);
  expect(showPublications(await operator.publications(), { csv: true })).toContain('ab'.repeat(32));
});

const commands = makeProgram().commands;

test.each(['status', 'todo', 'holds', 'lookup', 'changes', 'runs', 'publications', 'diff'])(
  '%s takes --columns, --csv and --json, and its help names the columns',
  (name) => {
    const command = commands.find((one) => one.name() === name);
    const options = command?.options.map(({ long }) => long);
    expect(options).toEqual(expect.arrayContaining(['--columns', '--csv', '--json']));
    expect(command?.helpInformation().replace(/\s+/g, '')).toMatch(/columnsinthisorder:\w+,\w+,/);
  },
);

test('an unknown column is refused with those that there are', async () => {
  const { code, err } = await cli('runs', '--columns', 'run,statu');
  expect(code).toBe(2);
  expect(err).toContain(`out of ${runColumns.map(({ name }) => name).join(', ')}, got "statu"`);
  expect((await cli('runs', '--columns', 'run', '--json')).code).toBe(2);
});
