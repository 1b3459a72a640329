import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseEntry } from '../core/address/entry.ts';
import { PrefixError } from '../core/address/prefix.ts';
import { exitCodeOfDryRun } from '../local/start/exit-code.ts';
import { reportDryRun } from '../local/start/report.ts';
import { changeTicketCsv, changeTicketMarkdown } from '../messages/ticket.ts';
import type { Operator } from '../operator/operator.ts';
import { RequestError } from '../run/service.ts';
import { openOperator, type Place, readConfigFile, settingsOf, withPlace, withStorage } from './open-operator.ts';
import { showChanges, showHolds, showLookup, showStatus } from './show.ts';

export interface Shown extends Place {
  readonly json?: boolean;
}

/** Commands that ask the service. They write nothing. */
export function addAskCommands(program: Command): void {
  program.commandsGroup('Ask:');
  asking(program.command('status').description('where everything stands')).action((options: Shown) =>
    show(options, (operator) => operator.status(), showStatus),
  );
  asking(program.command('holds').description('what is held back, and what waits for an answer')).action(
    (options: Shown) => show(options, (operator) => operator.holds(), showHolds),
  );
  asking(
    program
      .command('lookup')
      .description('where an address stands: tags, lists, targets')
      .argument('<address>', 'an IPv4 or IPv6 address, or a prefix', address),
  ).action(lookup);
  asking(
    program
      .command('changes')
      .description('what went into and out of targets, newest first')
      .option('--target <id>', 'of this target only')
      .option('--limit <n>', 'how many', whole, 100)
      .addOption(new Option('--most <n>', 'former name of --limit').argParser(whole).hideHelp()),
  ).action(({ target, limit, most = limit, ...options }: Shown & { target?: string; limit: number; most?: number }) =>
    show(options, (operator) => operator.changes({ most, ...(target === undefined ? {} : { target }) }), showChanges),
  );
  withPlace(
    program
      .command('plan')
      .description('what a run would do now (nothing is written); with an id: a recorded plan as a change ticket')
      .argument('[id]', 'the id of one of its parts, or run/target')
      .addOption(new Option('--format <format>', 'its form').choices(['markdown', 'csv', 'json']).default('markdown')),
  ).action((id: string | undefined, options: Place & { format: 'markdown' | 'csv' | 'json' }) =>
    id === undefined ? showDryRun(options) : showPlan(id, options),
  );
}

/** Gives a command the options of every command that shows a view. */
export function asking(command: Command): Command {
  return withPlace(command.option('--json', 'as JSON on stdout'));
}

/** Asks the service at the place that the options name, and prints its view: as JSON, or as `words` writes it. */
export async function show<T>(
  options: Shown,
  ask: (operator: Operator) => Promise<T>,
  words: (view: T) => string,
): Promise<void> {
  print(options, await ask(await openOperator(options)), words);
}

function print<T>(options: Shown, view: T, words: (view: T) => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(view, null, 2) : words(view)}\n`);
}

/** Scripts ask whether an address is let through at all: 1 if nothing has it. */
async function lookup(of: string, options: Shown): Promise<void> {
  const view = await (await openOperator(options)).lookup(of);
  print(options, view, showLookup);
  if (view.tags.length === 0 && !view.targets.some(({ holds }) => holds)) process.exitCode = 1;
}

/**
 * What a run would do now, from here, with whoever is signed in; nothing needs to be deployed, and nothing is written.
 * Without the storage of a service this is the plan of its very first run.
 */
export async function showDryRun({ format, ...place }: Place & { readonly format: string }): Promise<void> {
  // A config that is named must be good; the last good one would show something else than what was asked.
  if (place.config !== undefined) await readConfigFile(place.config);
  const { settings, made, close } = await withStorage(await settingsOf(place));
  try {
    const { createService } = await import('../composition-root.ts');
    if (made) process.stderr.write(veryFirst);
    const { logLine } = await import('../run/log.ts');
    const dryRun = await (await createService(settings, place.verbose ? logLine : () => {})).dryRun({
      trigger: 'start',
    });
    process.stdout.write(`${format === 'json' ? JSON.stringify(dryRun, undefined, 2) : reportDryRun(dryRun)}\n`);
    process.exitCode = exitCodeOfDryRun(dryRun);
  } finally {
    await close();
  }
}

const veryFirst =
  'No storage is named: this is the plan of a very first run, over empty state in memory. --data DIR or --storage plans for the service there.\n';

async function showPlan(
  id: string,
  { format, ...place }: Place & { format: 'markdown' | 'csv' | 'json' },
): Promise<void> {
  const plan = await (await openOperator(place)).plan(id);
  if (plan === undefined) {
    throw new RequestError(
      `no recorded plan is ${id}: expected RUN/TARGET (\`status\` lists targets and the last run), or the id of one of its parts`,
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
