import { type Command, InvalidArgumentError } from 'commander';
import { PrefixError } from '../core/address/prefix.ts';
import { UsageError } from '../core/errors.ts';
import { visibleIn } from '../core/visible-text.ts';
import type { Operator } from '../operator/operator.ts';
import { type Column, isTableAlone, type TableOptions, tableOf, withColumns } from './columns.ts';
import { askService, type Place, withPlace } from './open-operator.ts';
import { addPlanCommand } from './plan-command.ts';
import { type RemotePlace, withRemote } from './remote-place.ts';
import { showHolds, showLookup, showStatus } from './show.ts';
import { placeWords, showInbox } from './show-inbox.ts';
import { foundIn, holdColumns, lookupColumns, targetColumns, todoColumns } from './tables.ts';

export interface ViewOptions extends Place, RemotePlace {
  readonly json?: boolean;
}

/** Commands that ask the service. They write nothing. */
export function addAskCommands(program: Command): void {
  program.commandsGroup('Ask:');
  addView(program.command('status').description('publication, targets, pauses and open questions'), {
    columns: targetColumns,
    ask: (operator) => operator.status(),
    rows: ({ targets }) => targets,
    whole: showStatus,
  });
  withColumns(
    withJson(
      program
        .command('todo')
        .description('what waits for a person, most urgent first, each with a suggested answer and its commands')
        .option('--exit-code', 'exit with 3 when something waits')
        .addHelpText('after', todoExamples),
    ),
    todoColumns,
  ).action(todo);
  addView(program.command('holds').description('open holds, and the questions that wait for an answer'), {
    columns: holdColumns,
    ask: (operator) => operator.holds(),
    rows: (holds) => holds,
    whole: showHolds,
  });
  withColumns(
    withJson(
      program
        .command('lookup')
        .description('find an address in tags, lists and targets')
        .argument('<address>', 'an IPv4 or IPv6 address, or a prefix'),
    ),
    lookupColumns,
  ).action(lookup);
  addPlanCommand(program);
}

interface TableView<V, R> {
  readonly columns: readonly Column<R>[];
  ask(operator: Operator): Promise<V>;
  /** Of the table. */
  rows(view: V): readonly R[];
  /** The view with all that belongs to it, for a terminal. */
  whole(view: V): string;
}

/** A command that shows a view whole, as JSON, or its table alone. */
export function addView<V, R>(command: Command, { columns, ask, rows, whole }: TableView<V, R>): void {
  withColumns(withJson(command), columns).action((options: ViewOptions & TableOptions) =>
    show(options, ask, (view) =>
      isTableAlone(options) ? tableOf(columns, rows(visibleIn(view)), options) : whole(view),
    ),
  );
}

/** Gives a command the options of every command that shows a view. */
export function withJson(command: Command): Command {
  return withRemote(withPlace(command.option('--json', 'as JSON on stdout')));
}

/** Asks the service at the place that the options name, and prints its view: as JSON, or as `render` writes it. */
export async function show<T>(
  options: ViewOptions,
  ask: (operator: Operator) => Promise<T>,
  render: (view: T) => string,
): Promise<void> {
  print(options, await askService('asking the service', options, ask), render);
}

/** Prints a view: as JSON, or as `render` writes it. */
export function print<T>(options: Pick<ViewOptions, 'json'>, view: T, render: (view: T) => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(view, null, 2) : render(view)}\n`);
}

const todoExamples = `
Examples:
  npm run -s cli -- todo --data ./state
  npm run -s cli -- todo --exit-code --json --url https://contoso.azurewebsites.net --scope api://<client id>/.default

A hold, a part or a file is named by the short id in brackets, by four or more characters of its id, or by the tag or
target that it is about, wherever only one is meant.`;

/** For scripts, the exit code says whether something waits only if they ask for that. */
async function todo({ exitCode, ...options }: ViewOptions & TableOptions & { exitCode?: boolean }): Promise<void> {
  const view = await askService('asking what waits', options, (operator) => operator.inbox());
  print(options, view, (one) =>
    isTableAlone(options) ? tableOf(todoColumns, visibleIn(one).items, options) : showInbox(one, placeWords(options)),
  );
  if (exitCode === true && view.items.length > 0) process.exitCode = 3;
}

/** The exit code is 1 if neither a tag nor a target has the address, for scripts. */
async function lookup(of: string, options: ViewOptions & TableOptions): Promise<void> {
  await mustBeAddress(of);
  const view = await askService('looking it up', options, (operator) => operator.lookup(of));
  print(options, view, (one) =>
    isTableAlone(options) ? tableOf(lookupColumns, foundIn(visibleIn(one)), options) : showLookup(one),
  );
  if (view.tags.length === 0 && !view.targets.some(({ holds }) => holds)) process.exitCode = 1;
}

/** Reads an argument that is a whole number from 1. */
export function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

/** Before a service is looked for. Throws UsageError. */
async function mustBeAddress(text: string): Promise<void> {
  const { parseAsked } = await import('../core/address/entry.ts');
  try {
    parseAsked(text);
  } catch (error) {
    if (error instanceof PrefixError) throw new UsageError(`${error.message}.`);
    throw error;
  }
}
