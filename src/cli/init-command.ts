import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError, issueText } from '../config/issue.ts';
import { knownKinds } from '../config/load.ts';
import { type LoadedConfig, parseConfig } from '../config/parse.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { modes } from '../core/plan/plan-types.ts';
import { clouds } from '../core/publication/catalog.ts';
import type { Check } from '../doctor/check.ts';
import { webAddress } from '../local/start/options.ts';
import { quantity } from '../messages/format.ts';
import { secretFault, secretSettingsOf } from '../run/secrets.ts';
import { lineOf } from './check-commands.ts';
import { Interview, openTerminal } from './init/interview.ts';
import { makeConfig, type Wanted } from './init/make-config.ts';
import { type FindRegistry, readSubscription } from './init/registry.ts';
import { otherCase, usualCases } from './init/usual-cases.ts';
import { withStorage } from './open-operator.ts';

interface InitOptions extends Wanted {
  readonly look: boolean;
  readonly arm?: string;
}

const repeated = (value: string, all: readonly string[] = []) => [...all, value];

const examples = `
Examples:
  npm run -s cli -- init --for pulling-firewall --registry contoso.azurecr.io --region "West Europe" --no-look
  npm run -s cli -- init --for hub --registry contoso.azurecr.io --subscription <id> --set subscriptionId=<id> \\
    --set resourceGroup=rg-network --set location=westeurope --ticket CHG0042137
  npm run -s cli -- init --for restricted-registry --registry contoso.azurecr.io --subscription <id> \\
    --admit 203.0.113.7 --reason "NAT of the build team" --owner "build team"

On a terminal it asks for what the options leave open.`;

/** `init`: a first config from flags, and from questions on a terminal. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('write a first config, after a look at which of its resources exist')
    .argument('[file]', 'the config to write; never over another one', 'service-tag-sync.json')
    .addOption(new Option('--for <case>', 'a usual case').choices([...usualCases, otherCase]))
    .option('--instance <name>', 'name of this installation')
    .addOption(new Option('--cloud <cloud>', 'the cloud').choices([...clouds]).default('Public'))
    .option('--registry <name>', 'login server or resource id of a container registry; may be repeated', repeated)
    .option('--subscription <id>', 'the subscription in which it is looked up by its login server', subscription)
    .option('--region <region>', 'its region, or a replica, if it is not looked up; may be repeated', repeated)
    .option('--tag <name>', 'a service tag beside it, such as Storage.WestEurope; may be repeated', repeated)
    .option('--device <name>', 'pulling-firewall: the user name that the firewall pulls with')
    .option('--ticket <example>', 'hub: a ticket number of the change board, such as CHG0042137')
    .option('--admit <entry>', 'restricted-registry: an address, prefix or service tag; may be repeated', repeated)
    .option('--reason <text>', 'restricted-registry: why they may reach it')
    .option('--owner <text>', 'restricted-registry: who answers for that')
    .addOption(new Option('--kind <kind>', 'kind of the target').choices(knownKinds.targets.map(({ kind }) => kind)))
    .addOption(
      new Option(
        '--mode <mode>',
        'what the service may do to it (default: report-only; pulling-firewall: sync)',
      ).choices([...modes]),
    )
    .option('--set <name=value>', 'a setting of that kind, such as resourceGroup=rg-network; may be repeated', pair)
    .option('--arm <url>', 'its Resource Manager, if not that of the cloud', webAddress)
    .option('--no-look', 'do not check which resources exist')
    .addHelpText('after', examples)
    .action(init);
}

async function init(file: string, options: InitOptions): Promise<void> {
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
  const made = await makeConfig(options, interview, finderOf(options, interview));
  const text = `${JSON.stringify(made, undefined, 2)}\n`;
  const loaded = parseConfig(text, { file, kinds: knownKinds, now: new Date() });
  const checks = options.look ? await look(text, options.arm) : [];
  for (const check of checks) process.stdout.write(`${lineOf(check)}\n`);
  const faults = checks.filter(({ result }) => result === 'bad');
  const ofConfig = faults.filter(({ of }) => /^(config|target|registry|feed)\b/.test(of));
  if (ofConfig.length > 0) {
    process.stdout.write(
      `${[`${quantity(ofConfig.length, 'fault')} of this config, marked BAD above: nothing is written.`, ...goOnText(file, options, interview)].join('\n')}\n`,
    );
    process.exitCode = 1;
    return;
  }
  await writeNew(file, text);
  tellWritten(file, loaded, faults.length);
  if (faults.length > 0) process.exitCode = 1;
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
function goOnText(file: string, { look: looks, arm }: InitOptions, interview: Interview): string[] {
  const command = interview.command(file);
  if (command === undefined) return [];
  const at = `${command}${arm === undefined ? '' : ` --arm ${arm}`}`;
  return looks
    ? [`What you said, to go on from: ${at}`, 'With --no-look it is written as it is.']
    : [`What you said, to go on from: ${at} --no-look`];
}

function tellWritten(file: string, { config, notes }: LoadedConfig, faults: number): void {
  const [mode] = Object.values(config.targets).map((target) => target.mode);
  process.stdout.write(`${file} is written. Its target is in mode ${mode}.\n`);
  for (const note of notes) process.stdout.write(`${issueText(note)}\n`);
  const run = (command: string) => `npm run -s cli -- ${command} --config ${file}`;
  if (faults > 0) {
    const next = run('doctor');
    process.stdout.write(`${quantity(faults, 'fault')} to fix, marked BAD above; then check again: ${next}\n`);
    return;
  }
  const secrets = secretSettingsOf(config).filter((one) => secretFault(one, process.env) !== undefined);
  const commands = [
    ...secrets.map(({ name }) => `export ${name}="$(openssl rand -base64 24)"`),
    ...(secrets.length > 0 ? [] : [run('plan')]),
    run('doctor'),
    `npm start -- --data ./state --config ${file}`,
  ];
  const lines = [
    'Next; the last one runs it in a simulated Azure on this machine, nothing real is touched:',
    ...commands,
  ];
  process.stdout.write(`${lines.join('\n  ')}\n`);
}

/** Looks registries up by their login servers. What Azure does not answer is told and not known. */
function finderOf({ cloud, arm, look: looks }: InitOptions, interview: Interview): FindRegistry {
  return async (loginServer, subscriptionId) => {
    if (!looks) return undefined;
    const { findRegistry } = await import('../doctor/find-registry.ts');
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

/** Which resources of a config exist, as `doctor` says it. What `init` cannot know yet is left out: storage and secrets. */
async function look(text: string, arm: string | undefined): Promise<Check[]> {
  const { SERVICE_TAG_SYNC_CONFIG: _, SERVICE_TAG_SYNC_CONFIG_BLOB: _blob, ...env } = process.env;
  const { settings, close } = await withStorage({
    ...env,
    SERVICE_TAG_SYNC_CONFIG_JSON: text,
    ...(arm === undefined ? {} : { SERVICE_TAG_SYNC_ARM: arm }),
  });
  try {
    const { createDoctor } = await import('../composition-root.ts');
    const checks = await createDoctor(settings, false, AbortSignal.timeout(120_000));
    return checks.filter(({ of }) => of !== 'storage' && of !== 'config' && !of.startsWith('secret '));
  } finally {
    await close();
  }
}

function pair(text: string, all: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  return [...all, [text.slice(0, at), text.slice(at + 1)]];
}

function subscription(text: string): string {
  try {
    return readSubscription(text);
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}
