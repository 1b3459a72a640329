import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { isConnectionString } from '../../store/connection-string.ts';

/** What was asked for on the command line. */
export interface StartOptions {
  readonly once: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  /** Over the sample, whatever could be fetched. */
  readonly demo?: boolean;
  readonly publications?: string;
  readonly data?: string;
  readonly config?: string;
  readonly arm?: string;
  readonly storage?: string;
  readonly port?: number;
}

const afterHelp = `
Without --arm everything happens in a simulated Azure on this machine: nothing real is touched.
If no publication can be fetched, a labelled, made-up sample is used instead: never with --arm or a named storage account,
nor where the config names its own source. There the start is refused with 1, unless a publication was accepted before.

Exit codes of --once:
  0  good
  1  a run failed, was partial or refused something, or no publication was to be had for a first one
  2  options or config cannot be used; nothing was started
  3  a run opened a question that needs an answer
Over several files the worst one: 1 before 3 before 0.

Examples:
  npm start                                         try it: one run, then it stays up
  npm start -- --demo                               what happens when Microsoft's file is wrong: five made-up weeks
  npm start -- --once --data ./state                one run; state is kept for the next
  npm start -- --once --publications ./files        real files, oldest first
  npm -s start -- --once --json | jq .status        for scripts`;

/** Reads the command line. Gives an exit code instead where that is all: after --help, or for options that make no sense. */
export function parseStartOptions(args: readonly string[]): StartOptions | { readonly exit: 0 | 2 } {
  const command = new Command('npm start --')
    .description('Runs the service on this machine: storage, a simulated Azure, and the functions.')
    .option('--once', 'do one run and exit, instead of staying up on schedule')
    .option('--json', 'print one JSON object a run, a line each, on stdout; all else on stderr')
    .option(
      '--publications <path>',
      'take the Service Tags files in this folder, or this one file, in order of publication',
    )
    .addOption(
      new Option('--demo', 'play the made-up weeks of January 2024, also where a publication can be fetched').conflicts(
        ['publications', 'arm', 'storage', 'storageFile'],
      ),
    )
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
      process.stderr.write(`${error.message}\n`);
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
  return `npm start -- --data ${folder} --config ${shownPath(configFile)}`;
}

/** A file for people: below this folder from here, elsewhere its whole path. */
export function shownPath(file: string): string {
  const below = path.relative(process.cwd(), file);
  return below.startsWith('..') ? file : below;
}

/** The line that starts it again so that it stays up: as it was started, without what is for scripts alone. */
export function startAgain({ demo, data, publications, config, arm, port }: StartOptions): string {
  const given = Object.entries({ data, publications, config, arm, port });
  const words = [
    ...(demo ? ['--demo'] : []),
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`])),
  ];
  return words.length === 0 ? 'npm start' : `npm start -- ${words.join(' ')}`;
}

/** What the storage options of a command were given: at most one of them. */
export interface NamedStorage {
  readonly storage?: string;
  /** The connection string that the file holds. */
  readonly storageFile?: string;
}

/** Gives a command the options that name a storage account; `use` is the beginning of their descriptions. */
export function withStorageOptions(command: Command, use: string, otherwise = ''): Command {
  return command
    .addOption(
      new Option('--storage-file <file>', `${use} whose connection string is in this file${otherwise}`)
        .argParser(connectionStringIn)
        .conflicts('storage'),
    )
    .addOption(
      new Option('--storage <connection>', `${use}: only that of an emulator with the published key`).argParser(
        connectionString,
      ),
    );
}

/** The connection string that the options give; undefined where they name no storage. */
export function storageOf({ storage, storageFile }: NamedStorage): string | undefined {
  return storageFile ?? storage;
}

/**
 * The key of every storage emulator that was given none, as Microsoft publishes it:
 * https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
 */
const publishedKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Command lines are seen by every user of a machine, and kept by shells: no secret may be in one. The published key is none.
 * The error is not Commander's, which repeats what was given.
 */
function connectionString(text: string): string {
  mustBeOne(text, '--storage');
  const parts = text.split(';').map((part) => part.trim());
  const secret = parts.find(
    (part) => /^(AccountKey|SharedAccessSignature)=/i.test(part) && !part.endsWith(`=${publishedKey}`),
  );
  if (secret === undefined) return text;
  throw new UsageError(
    `--storage: expected no secret, since every user of this machine can see a command line, got one with ${secret.slice(0, secret.indexOf('='))}. Write the connection string into a file that you alone can read and name that with --storage-file; commands other than npm start also take it from the setting AzureWebJobsStorage.`,
  );
}

function connectionStringIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(
      `--storage-file: expected a file with the connection string of a storage account, got ${error.message}. Correct the path.`,
    );
  }
  mustBeOne(text, `--storage-file ${file}`);
  return text;
}

function mustBeOne(text: string, where: string): void {
  if (isConnectionString(text)) return;
  throw new UsageError(
    `${where}: expected the connection string of a storage account, got another text. Copy it from the account: "AccountName=...;AccountKey=...".`,
  );
}
