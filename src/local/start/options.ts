import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { messageOf, UsageError } from '../../core/errors.ts';
import { type NamedStorage, storageOf, withStorageOptions } from './storage-options.ts';

/** What was asked for on the command line. */
export interface StartOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly publications?: string;
  readonly data?: string;
  readonly config?: string;
  readonly arm?: string;
  readonly storage?: string;
  readonly port?: number;
}

const afterHelp = `
Without --arm everything happens in a simulated Azure on this machine: nothing real is touched.
If no publication can be fetched, a labelled, made-up sample is used instead: never with --arm or --storage, nor
where the config names its own source. There the start is refused with 1, unless a publication was accepted before.

Exit codes of --once:
  0  good
  1  a run failed, was partial or refused something, or no publication was to be had for a first one
  2  options or config cannot be used; nothing was started
  3  a run opened a question that needs an answer
Over several files the worst one: 1 before 3 before 0.

Examples:
  npm start                                         try it: one run, then it stays up
  npm start -- --once --data ./state                one run; state is kept for the next
  npm start -- --once --publications ./files        real files, oldest first
  npm -s start -- --once --json | jq .status        for scripts`;

/** Reads the command line. Gives an exit code instead where that is all: after --help, or for options that make no sense. */
export function parseStartOptions(args: readonly string[]): StartOptions | { readonly exit: 0 | 2 } {
  const command = new Command('npm start --')
    .description('Runs the service on this machine: storage, a simulated Azure, and the functions.')
    .option('--once', 'do one run and exit, instead of staying up on schedule')
    .option('--json', 'print one JSON object a run, a line each, on stdout; all else on stderr')
    .option('--publications <dir>', 'take the Service Tags files in this folder, in order of publication')
    .option('--data <dir>', 'keep state in this folder between starts')
    .option('--config <file>', 'config to use (default: ./service-tag-sync.json, else the example)')
    .option('--arm <url>', 'use the Resource Manager (simulated or real) at this address', webAddress)
    .option('--port <n>', 'port for HTTP (default: 7071, any free one with --once)', parsePort)
    .option('--dry-run', 'show what a run would do now, and change nothing')
    .option('--verbose', 'show everything that the functions log')
    .addHelpText('after', afterHelp)
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options)')
    .exitOverride();
  withStorageOptions(command, 'use the storage account');
  try {
    const off = { once: false, json: false, dryRun: false, verbose: false };
    const given = command.parse(args, { from: 'user' }).opts<Partial<StartOptions> & NamedStorage>();
    const { storageFile: _, ...options } = given;
    const storage = storageOf(given);
    return { ...off, ...options, ...(storage === undefined ? {} : { storage }) };
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${messageOf(error)}\n`);
      return { exit: 2 };
    }
    if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? 0 : 2 };
    throw error;
  }
}

/** Throws InvalidArgumentError for what is no address of a web server. */
export function webAddress(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new InvalidArgumentError('Expected an address such as http://127.0.0.1:4701.');
  }
  return text;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}

/** The line that starts the local service over a data folder, with its config where that is known. */
export function startCommand(folder: string, configFile: string | undefined): string {
  if (configFile === undefined) return `npm start -- --data ${folder}`;
  const below = path.relative(process.cwd(), configFile);
  return `npm start -- --data ${folder} --config ${below.startsWith('..') ? configFile : below}`;
}
