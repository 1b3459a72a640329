import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { ConfigError, issueText } from '../../config/issue.ts';
import { knownKinds } from '../../config/load.ts';
import { type LoadedConfig, parseConfig } from '../../config/parse.ts';
import { messageOf, UsageError } from '../../core/errors.ts';
import { type Check, note } from '../../doctor/check.ts';
import { quantity } from '../../messages/format.ts';
import { grantsOf } from '../../run/rights.ts';
import { secretFault, secretSettingsOf } from '../../run/secrets.ts';
import { lineOf } from '../check-commands.ts';
import { withStorage } from '../open-operator.ts';
import { quoted } from '../show-inbox.ts';
import { waitingFor } from '../waiting.ts';
import { Interview, openTerminal } from './interview.ts';
import { makeConfig, type Wanted } from './make-config.ts';
import type { FindRegistry } from './registry.ts';

export interface InitOptions extends Wanted {
  readonly look: boolean;
  readonly arm?: string;
  readonly json?: true;
}

/** Writes a first config from options, and from questions on a terminal. Throws UsageError; then nothing is written. */
export async function runInit(file: string, options: InitOptions): Promise<void> {
  mustBeNew(file);
  const terminal = process.stdin.isTTY ? openTerminal(process.stdin, process.stderr) : undefined;
  const interview = new Interview(terminal?.ask, (text) => process.stderr.write(`${text}\n`));
  try {
    await initWith(file, options, interview);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
    throw new UsageError([error.message, ...goOnText(file, options, interview)].join('\n'));
  } finally {
    terminal?.close();
  }
}

/** The same with an interview of any kind. Throws UsageError or ConfigError; then nothing is written. */
export async function initWith(file: string, options: InitOptions, interview: Interview): Promise<void> {
  const made = await makeConfig(file, options, interview, finderOf(options, interview));
  const text = `${JSON.stringify(made, undefined, 2)}\n`;
  const parsed = parseConfig(text, { file, kinds: knownKinds, now: new Date() });
  const { doubtsOf } = await import('../check-names.ts');
  const loaded = { ...parsed, notes: [...parsed.notes, ...(await doubtsOf(text, parsed.config))] };
  const looks = options.look && grantsOf(loaded.config, knownKinds.targets).length > 0;
  const checks = looks ? await waitingFor('looking at Azure', look(text, options.arm)) : [];
  if (!options.json) for (const check of checks) process.stdout.write(`${lineOf(check)}\n`);
  const faults = checks.filter(({ result }) => result === 'bad');
  const ofConfig = faults.filter(({ of }) => /^(config|target|registry|feed)\b/.test(of));
  if (faults.length > 0) process.exitCode = 1;
  const written = ofConfig.length === 0;
  const next = written ? nextCommands(file, loaded) : goOnText(file, options, interview);
  if (written) await writeNew(file, text);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, written, notes: loaded.notes, checks, next }, undefined, 2)}\n`);
  } else if (written) tellWritten(file, loaded, faults.length, next);
  else {
    const head = `${quantity(ofConfig.length, 'fault')} of this config, marked BAD above: nothing is written.`;
    process.stdout.write(`${[head, ...next].join('\n')}\n`);
  }
}

function mustBeNew(file: string): void {
  if (existsSync(file)) throw new UsageError(`${file} exists already. Name another file.`);
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST') mustBeNew(file);
    throw new UsageError(`expected a file that can be written, got ${error.message}. Name another one.`);
  }
}

/** How to go on from what was said so far: no answer has to be given twice. */
function goOnText(file: string, options: InitOptions, interview: Interview): string[] {
  const { look: looks, arm } = options;
  const command = interview.command(file, optionsGiven(options));
  if (command === undefined) return [];
  const at = `${command}${arm === undefined ? '' : ` --arm ${arm}`}`;
  return looks
    ? [`What you said, to go on from: ${at}`, 'With --no-look it is written as it is.']
    : [`What you said, to go on from: ${at} --no-look`];
}

/** What the options said of the config, as an interview keeps it. */
function optionsGiven({ look: _, arm: __, json: ___, cloud, set = [], ...wanted }: InitOptions): [string, string][] {
  return [
    ...(cloud === 'Public' ? [] : [['--cloud', cloud] satisfies [string, string]]),
    ...Object.entries(wanted).flatMap(([name, given]) =>
      [given].flat().map((text): [string, string] => [flagOf(name), text]),
    ),
    ...set.map(([name, text]): [string, string] => [`--set=${name}=`, text]),
  ];
}

/** `dataEndpoint` as it is typed, `--data-endpoint`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function nextCommands(file: string, { config }: LoadedConfig): string[] {
  const run = (command: string) => `npm run -s cli -- ${command} --config ${quoted(file)}`;
  const secrets = secretSettingsOf(config).filter((one) => secretFault(one, process.env) !== undefined);
  return [
    ...secrets.map(({ name }) => `export ${name}="$(openssl rand -base64 24)"`),
    ...(secrets.length > 0 ? [] : [run('plan')]),
    run('doctor'),
    `npm start -- --data ./state --config ${quoted(file)}`,
  ];
}

/** Not written by `init`: before sign-in is set up nobody could approve anything. */
const fourEyes =
  'Who asked for a change may approve it too. Once people sign in (docs/deployment.md, step 6), `"notWhoAsked": true` in `answers` forbids that; before, nobody could approve.';

function tellWritten(file: string, { config, notes }: LoadedConfig, faults: number, next: readonly string[]): void {
  const [mode] = Object.values(config.targets).map((target) => target.mode);
  process.stdout.write(`${file} is written. Its target is in mode ${mode}.\n`);
  for (const note of notes) process.stdout.write(`${issueText(note)}\n`);
  if (config.answers.ticket !== undefined) process.stdout.write(`${fourEyes}\n`);
  if (faults > 0) {
    process.stdout.write(`${quantity(faults, 'fault')} to fix, marked BAD above; \`doctor\` checks again.\n`);
  }
  const lines = ['Next; the last one runs it in a simulated Azure on this machine, nothing real is touched:', ...next];
  process.stdout.write(`${lines.join('\n  ')}\n${whichFiles}\n`);
}

/** A data folder never goes from made-up files to real ones, nor back. */
const whichFiles = `That takes Microsoft's file, or made-up ones where it cannot be reached. To take files of yours, type
--publications DIR behind it the first time: a data folder goes on with what it began with.`;

/** Looks registries up by their login servers. What Azure does not answer is told and not known. */
function finderOf({ cloud, arm, look: looks }: InitOptions, interview: Interview): FindRegistry {
  return async (loginServer, subscriptionId) => {
    if (!looks) return undefined;
    const { findRegistry } = await import('../../doctor/find-registry.ts');
    try {
      const place = { cloud, subscriptionId, ...(arm === undefined ? {} : { armEndpoint: arm }) };
      const found = await findRegistry(loginServer, place, AbortSignal.timeout(30_000));
      if (found === undefined)
        interview.say(`No registry of subscription ${subscriptionId} answers as ${loginServer}.`);
      return found;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      interview.say(`${loginServer} cannot be looked up: ${messageOf(error)}`);
      return undefined;
    }
  };
}

/**
 * Which resources of a config exist, as `doctor` says it. What `init` cannot know yet is left out: storage and secrets. The
 * download centre must be reached from where the service will run, not from here.
 */
async function look(text: string, arm: string | undefined): Promise<Check[]> {
  const { SERVICE_TAG_SYNC_CONFIG: _, SERVICE_TAG_SYNC_CONFIG_BLOB: _blob, ...env } = process.env;
  const { settings, close } = await withStorage({
    ...env,
    SERVICE_TAG_SYNC_CONFIG_JSON: text,
    ...(arm === undefined ? {} : { SERVICE_TAG_SYNC_ARM: arm }),
  });
  try {
    const { createDoctor } = await import('../../composition-root.ts');
    const checks = await createDoctor(settings, false, AbortSignal.timeout(120_000));
    return checks
      .filter(({ of }) => of !== 'storage' && of !== 'config' && !of.startsWith('secret '))
      .map(withSourceAway);
  } finally {
    await close();
  }
}

/** A source that is only out of reach is no fault of a config that is being written. */
export function withSourceAway(check: Check): Check {
  if (check.of !== 'source' || !check.unreachable) return check;
  const next =
    'fine for trying: `npm start` plays made-up publications then. Where the service will run it must be reached';
  return note(check.of, `not reachable from here: ${check.text}`, next);
}
