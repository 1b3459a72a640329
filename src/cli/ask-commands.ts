import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseEntry } from '../core/address/entry.ts';
import { PrefixError } from '../core/address/prefix.ts';
import { visibleIn } from '../core/visible-text.ts';
import { exitCodeOfDryRun, reportDryRun } from '../local/start/report.ts';
import { changeTicketCsv, changeTicketMarkdown } from '../messages/ticket.ts';
import type { Operator } from '../operator/operator.ts';
import { type DryRun, RequestError } from '../run/service.ts';
import {
  openOperator,
  openRemote,
  type Place,
  readConfigFile,
  settingsOf,
  withPlace,
  withStorage,
} from './open-operator.ts';
import { type RemotePlace, withRemote } from './remote-place.ts';
import { showChanges, showHolds, showLookup, showStatus } from './show.ts';
import { placeWords, showInbox } from './show-inbox.ts';

export interface ViewOptions extends Place, RemotePlace {
  readonly json?: boolean;
}

/** Commands that ask the service. They write nothing. */
export function addAskCommands(program: Command): void {
  program.commandsGroup('Ask:');
  withJson(program.command('status').description('publication, targets, pauses and open questions')).action(
    (options: ViewOptions) => show(options, (operator) => operator.status(), showStatus),
  );
  withJson(
    program
      .command('todo')
      .description('what waits for a person, most urgent first, each with a suggested answer and its commands')
      .option('--exit-code', 'exit with 2 when something waits')
      .addHelpText('after', todoExamples),
  ).action(todo);
  withJson(program.command('holds').description('open holds, and the questions that wait for an answer')).action(
    (options: ViewOptions) => show(options, (operator) => operator.holds(), showHolds),
  );
  withJson(
    program
      .command('lookup')
      .description('find an address in tags, lists and targets')
      .argument('<address>', 'an IPv4 or IPv6 address, or a prefix', address),
  ).action(lookup);
  withJson(
    program
      .command('changes')
      .description('additions and removals in targets, newest first')
      .option('--target <id>', 'of this target only')
      .option('--limit <n>', 'how many', whole, 100)
      .addOption(new Option('--most <n>', 'former name of --limit').argParser(whole).hideHelp()),
  ).action(
    ({ target, limit, most = limit, ...options }: ViewOptions & { target?: string; limit: number; most?: number }) =>
      show(options, (operator) => operator.changes({ most, ...(target === undefined ? {} : { target }) }), showChanges),
  );
  withRemote(
    withPlace(
      program
        .command('plan')
        .description('what a run would do now (nothing is written); with an id: a recorded plan as a change ticket')
        .argument('[id]', 'one of its parts: its id, its short id, or its target; or run/target')
        .addOption(
          new Option('--format <format>', 'its form').choices(['markdown', 'csv', 'json']).default('markdown'),
        ),
    ),
  ).action((id: string | undefined, options: Place & RemotePlace & { format: 'markdown' | 'csv' | 'json' }) =>
    id === undefined ? showDryRun(options) : showPlan(id, options),
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
  print(options, await ask(await openOperator(options)), render);
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
async function todo({ exitCode, ...options }: ViewOptions & { exitCode?: boolean }): Promise<void> {
  const view = await (await openOperator(options)).inbox();
  print(options, view, (one) => showInbox(one, placeWords(options)));
  if (exitCode === true && view.items.length > 0) process.exitCode = 2;
}

/** The exit code is 1 if neither a tag nor a target has the address, for scripts. */
async function lookup(of: string, options: ViewOptions): Promise<void> {
  const view = await (await openOperator(options)).lookup(of);
  print(options, view, showLookup);
  if (view.tags.length === 0 && !view.targets.some(({ holds }) => holds)) process.exitCode = 1;
}

/**
 * The plan of a run from here, with the signed-in identity; nothing needs to be deployed, and nothing is written.
 * Without the storage of a service this is the plan of its very first run. With a URL the service there makes it, by its own
 * rights.
 */
export async function showDryRun({
  format,
  ...place
}: Place & RemotePlace & { readonly format: string }): Promise<void> {
  // A named config must be valid: the last good one would lead to another plan.
  if (place.config !== undefined) await readConfigFile(place.config);
  const { config, ...without } = place;
  const remote = await openRemote(config !== undefined && place.url !== undefined ? without : place);
  const dryRun =
    remote === undefined
      ? await dryRunHere(place)
      : await remote.dryRun(config === undefined ? undefined : await readFile(config, 'utf8'));
  process.stdout.write(
    `${format === 'json' ? JSON.stringify(dryRun, undefined, 2) : reportDryRun(visibleIn(dryRun))}\n`,
  );
  process.exitCode = exitCodeOfDryRun(dryRun);
}

async function dryRunHere(place: Place): Promise<DryRun> {
  const { settings, made, close } = await withStorage(await settingsOf(place));
  try {
    const { createService } = await import('../composition-root.ts');
    if (made) process.stderr.write(veryFirst);
    const { logLine } = await import('../run/context.ts');
    return await (await createService(settings, place.verbose ? logLine : () => {})).dryRun({ trigger: 'start' });
  } finally {
    await close();
  }
}

const veryFirst =
  'No storage is named: this is the plan of a very first run, over empty state in memory. --data DIR or --storage-file plans for the service there.\n';

async function showPlan(
  id: string,
  { format, ...place }: Place & RemotePlace & { format: 'markdown' | 'csv' | 'json' },
): Promise<void> {
  const plan = await (await openOperator(place)).plan(id);
  if (plan === undefined) {
    throw new RequestError(
      `no recorded plan is ${id}: expected RUN/TARGET (\`status\` lists targets and the last run), or one of its parts (\`todo\` lists those that wait)`,
    );
  }
  const texts = {
    markdown: changeTicketMarkdown,
    csv: changeTicketCsv,
    json: (view: typeof plan) => `${JSON.stringify(view, null, 2)}\n`,
  };
  process.stdout.write(texts[format](plan));
}

/** Reads an argument that is a whole number from 1. */
export function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

function address(text: string): string {
  try {
    parseEntry(text);
    return text;
  } catch (error) {
    if (error instanceof PrefixError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}
