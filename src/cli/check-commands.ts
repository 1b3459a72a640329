import path from 'node:path';
import { type Command, Option } from 'commander';
import colors from 'picocolors';
import { issueText } from '../config/issue.ts';
import { UsageError } from '../core/errors.ts';
import { visibleIn } from '../core/visible-text.ts';
import type { Check } from '../doctor/check.ts';
import { quantity } from '../messages/format.ts';
import { type Log, logLine } from '../run/context.ts';
import { type ChannelTest, RequestError } from '../run/service.ts';
import { type ViewOptions, withJson } from './ask-commands.ts';
import { askService, type Place, readConfigFile, settingsOf, withPlace, withStorage } from './open-operator.ts';
import { withDetailedExitCode } from './plan-command.ts';
import { readUrl } from './remote-place.ts';
import type { PlanOptions } from './show-plan.ts';
import { waitingFor } from './waiting.ts';

/** `check`: lists every problem of a config. Needs neither storage nor Azure, but to look ahead or at a service. */
export function addCheckCommand(program: Command): void {
  withDetailedExitCode(
    program
      .command('check')
      .description('check a config and list every problem, and every secret that it needs')
      .argument('[file]', 'the config (default: SERVICE_TAG_SYNC_CONFIG, else ./service-tag-sync.json)')
      .option(
        '--publications <path>',
        'check its tags against the newest Service Tags file in this folder, or this file',
      )
      .addOption(
        new Option('--data <dir>', 'against what the local service that is up over this folder has in force').conflicts(
          'publications',
        ),
      )
      .option('--preview', 'then show what the next run would do by it, as `plan --config` does')
      .option('--json', 'as JSON on stdout; with --preview what `plan --json` prints'),
  ).action(check);
}

interface CheckOptions extends Pick<PlanOptions, 'data' | 'detailedExitcode' | 'json'> {
  readonly preview?: boolean;
  readonly publications?: string;
}

async function check(given: string | undefined, { preview, publications, ...options }: CheckOptions): Promise<void> {
  if (!preview && options.detailedExitcode) {
    throw new UsageError('expected --detailed-exitcode with --preview: a config alone is good or not');
  }
  const file = given ?? (process.env.SERVICE_TAG_SYNC_CONFIG || 'service-tag-sync.json');
  const { config, notes } = await readConfigFile(path.resolve(file));
  const { checkAnswers } = await import('../doctor/check-answers.ts');
  const { signInSettings } = await import('../run/settings.ts');
  const from = { env: process.env, signIn: signInSettings(process.env).easyAuth };
  const answers = checkAnswers({ loaded: { config } }, from);
  const { checkTags, secretLines, tagsText } = await import('./check-names.ts');
  const { known, issues } = await checkTags(path.resolve(file), config, { publications, data: options.data });
  const { instance, cloud, lists, targets } = config;
  const counts = `${quantity(Object.keys(lists).length, 'list')}, ${quantity(Object.keys(targets).length, 'target')}`;
  if (!options.json) {
    process.stdout.write(`${file} is good: instance ${instance}, cloud ${cloud}, ${counts}\n`);
    for (const note of [...notes, ...issues]) process.stdout.write(`${issueText(note)}\n`);
    for (const one of answers) process.stdout.write(`${lineOf(one)}\n`);
    process.stdout.write(`${tagsText(known)}\n`);
    for (const line of secretLines(config)) process.stdout.write(`${line}\n`);
  } else if (!preview) {
    const found = {
      ...{ file, instance, cloud, lists: Object.keys(lists), targets: Object.keys(targets) },
      ...{ notes: [...notes, ...issues], answers, tags: tagsText(known), secrets: secretLines(config) },
    };
    process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  }
  if (!preview) return;
  const { showDryRun } = await import('./show-plan.ts');
  await showDryRun({ ...options, config: path.resolve(file) });
}

/** `doctor`: checks that everything in a config exists, responds and can be written. */
export function addDoctorCommand(program: Command): void {
  withPlace(
    program
      .command('doctor')
      .description('check everything the service depends on; writes nothing')
      .option('--channels', 'send a test message through every channel')
      .option('--url <url>', 'ask this deployed app whether its sign-in is on (default: SERVICE_TAG_SYNC_URL)', readUrl)
      .option('--json', 'as JSON on stdout'),
  ).action(async (options: Place & { channels?: true; url?: URL; json?: true }) => {
    const { createDoctor } = await import('../composition-root.ts');
    const { settings, made, close } = await withStorage(await settingsOf(options));
    if (options.url !== undefined) settings.SERVICE_TAG_SYNC_URL = options.url.href;
    const found = await waitingFor(
      'checking everything',
      createDoctor(settings, options.channels ?? false, AbortSignal.timeout(300_000)).finally(close),
    );
    const checks = found.map((check) => (made && check.of === 'storage' ? noStorage : check));
    process.stdout.write(`${options.json ? JSON.stringify(checks, undefined, 2) : checks.map(lineOf).join('\n')}\n`);
    const faults = checks.filter(({ result }) => result === 'bad').length;
    if (!options.json)
      process.stdout.write(`${faults === 0 ? 'No fault found.' : `${quantity(faults, 'fault')} to fix.`}\n`);
    // Requests without a response leave timers of minutes behind; all output is written.
    process.stdout.write('', () => process.exit(faults > 0 ? 1 : 0));
  });
}

const noStorage: Check = {
  of: 'storage',
  result: 'note',
  text: 'none is named here, so it was not checked',
  next: 'give --storage-file or AzureWebJobsStorage to check that of the service',
};

const labels = { good: colors.green('ok  '), note: colors.yellow('note'), bad: colors.red('BAD ') } as const;

/** One line: the check, its result, what to do. */
export function lineOf(check: Check): string {
  const { of, result, text, next } = visibleIn(check);
  return `${labels[result]} ${of}: ${text}${next === undefined ? '' : ` -> ${next}`}`;
}

/** `advise`: the registries as they are now and advice on them, as a report in Markdown or as JSON. */
export function addAdviseCommand(program: Command): void {
  withJson(
    program.command('advise').description('registries as they are now, and better ways than lists of addresses'),
  ).action(async ({ json, ...place }: ViewOptions) => {
    const view = await askService('reading the registries', place, (operator) => operator.registries());
    const { adviceMarkdown } = await import('../messages/registry.ts');
    process.stdout.write(json ? `${JSON.stringify(view, undefined, 2)}\n` : adviceMarkdown(view));
  });
}

/** `notify test`: sends a test notice at once, without the outbox, so nothing is recorded. */
export function addNotifyCommand(program: Command): void {
  const notify = program.command('notify').description('the channels of the config, see `notify test --help`');
  withPlace(
    notify
      .command('test')
      .description('send a test notice through every channel, or those that are named')
      .argument('[channel...]', 'ids of channels, as the config has them')
      .option('--json', 'as JSON on stdout'),
  ).action(testNotice);
}

async function testNotice(ids: string[], options: Place & { readonly json?: true }): Promise<void> {
  const tests = await waitingFor('sending', send(ids, options));
  if (options.json) process.stdout.write(`${JSON.stringify(tests, undefined, 2)}\n`);
  else if (tests.length > 0) process.stdout.write(`${tests.map(testLine).join('\n')}\n`);
  else process.stderr.write('The config has no channel: nothing was sent, and notices reach no receiver.\n');
  if (tests.length === 0 || tests.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function send(ids: readonly string[], place: Place): Promise<readonly ChannelTest[]> {
  // A named config must be valid: the last good one may have other channels.
  if (place.config !== undefined) await readConfigFile(place.config);
  const { settings, close } = await withStorage(await settingsOf(place));
  try {
    const { createService } = await import('../composition-root.ts');
    // The log line of a channel of kind log is its notice: shown without --verbose, too.
    const log: Log = (message, fields) => {
      if (place.verbose || message === 'notice') logLine(message, fields);
    };
    return await (await createService(settings, log)).testChannels(ids.length === 0 ? undefined : ids);
  } catch (error) {
    if (error instanceof RequestError) throw new UsageError(error.message);
    throw error;
  } finally {
    await close();
  }
}

function testLine({ channel, kind, ok, text }: ChannelTest): string {
  return `${ok ? colors.green('ok  ') : colors.red('BAD ')} ${channel} (${kind}): ${text}${ok ? '' : ' (a test is sent once)'}`;
}
