import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import colors from 'picocolors';
import project from '../../package.json' with { type: 'json' };
import { createOperator } from '../composition-root.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { unmetRules } from '../doctor/check-answers.ts';
import { feedsOf } from '../feeds/feed-server.ts';
import { signInLink } from '../run/page-key.ts';
import { secretFaultsOf } from '../run/secrets.ts';
import { terminalWidth } from '../text-table.ts';
import type { HostLog } from './host/functions.ts';
import { type ChosenRuns, chooseRuns, type RefusedStart } from './start/choose-runs.ts';
import { keepSource } from './start/connection.ts';
import { exitCodeOfDryRun, reportDryRun } from './start/dry-run-report.ts';
import { type EndedRun, firstRuns, keepTelemetryHere, useFile } from './start/first-runs.ts';
import { type LocalService, openLocalService, set } from './start/local-service.ts';
import { parseStartOptions, type StartOptions, shownPath, startAgain } from './start/options.ts';
import { factsOf } from './start/publication-runs.ts';
import { type ExitCode, eventTexts, exitCodeOf, painted, reportRun, worstOf, writesText } from './start/report.ts';
import { dryRunLine, runLine } from './start/run-line.ts';
import { Story, weekLine } from './start/story.ts';
import { userNameHere } from './user-name.ts';

/** Results go to stdout, everything about the way there to stderr. */
const result = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Ended by a signal. */
class Interrupted extends Error {
  override name = 'Interrupted';
}

/** How often to look for runs that were requested elsewhere. */
const watchMs = 1000;
/** The newest runs that are looked at for one that ended. */
const watchedRuns = 10;

/** `npm start`: runs the service on this machine, does a first run and stays up. Gives the exit code. */
async function start(args: readonly string[]): Promise<ExitCode> {
  const options = parseStartOptions(args);
  if ('exit' in options) return options.exit;
  const interruption = listenForSignals();
  // Whatever is written from here on, Azurite's files too, is for this user alone.
  process.umask(0o077);
  try {
    const local = await openLocalService(options, logOf(options));
    try {
      return await work(local, options, interruption);
    } finally {
      if (!(await local.close())) say('Something was still running and was left; the next start goes on with it.');
    }
  } catch (error) {
    if (error instanceof UsageError) {
      say(colors.red(error.message));
      return 2;
    }
    if (error instanceof Interrupted) {
      say(error.message);
      return 1;
    }
    say(colors.red(messageOf(error)));
    return 1;
  }
}

async function work(local: LocalService, options: StartOptions, interruption: AbortSignal): Promise<ExitCode> {
  const chosen = await chooseRuns(options, { ...local, signal: interruption });
  introduce(local, options, notesOf(chosen, options));
  if (chosen.kind === 'refused') {
    say(colors.red(chosen.lines.join('\n')));
    return 1;
  }
  if (options.dryRun) return dryRun(local, options, chosen);
  await local.servers.seedNamed();
  const sample = chosen.via === 'sample';

  const reported = new Set<string>();
  const codes: ExitCode[] = [];
  // What ended before this start was reported then.
  for (const run of await (await local.service()).runs(watchedRuns))
    if (run.closedAt !== undefined) reported.add(run.run);
  const before = reported.size;
  const story = new Story(local);
  const told = chosen.kind === 'files' ? story : undefined;
  let last: EndedRun | undefined;
  for await (const ended of firstRuns(local, chosen, {
    progress: (text) => say(colors.dim(text)),
    detail: (text) => (options.verbose || options.json ? say(colors.dim(text)) : undefined),
    signal: interruption,
  })) {
    // What went wrong in full; that of the last run is in its report, or follows.
    if (!options.json && last !== undefined) printFaults(last);
    last = ended;
    const { run } = ended;
    reported.add(run.run);
    codes.push(codeOf(ended));
    await local.servers.save();
    await told?.take(ended);
    if (options.json) {
      say(`  ${painted(run.status)}, ${writesText(run)}`);
      await printLine(local, ended, sample, told);
    } else if (told) {
      result(weekLine(ended, terminalWidth()));
    }
  }
  // One run is reported in full. Several are a story, which ends with its last screen.
  const lastScreen = options.json || reported.size - before < 2 ? undefined : await lastScreenOf(story);
  if (!options.json && last !== undefined)
    await (lastScreen === undefined ? printReport(local, last) : printFaults(last));
  if (options.once) {
    if (lastScreen !== undefined) result(`\n${lastScreen}`);
    if (!local.folder.kept && options.storage === undefined)
      say('State was in memory and is gone; --data DIR keeps it.');
    say(`Next: ${colors.bold(startAgain(options))}`);
    sayOfDemo(chosen);
    return worstOf(codes);
  }
  // Sizes over time are derived by housekeeping, which a person who opens the page would wait ten minutes for.
  await (await local.service()).runMaintenance();
  goOn(sample && chosen.kind === 'files');
  // A folder offers what is the newest by then.
  if (options.publications !== undefined) set({ SERVICE_TAG_SYNC_PUBLICATION: path.resolve(options.publications) });
  if (local.folder.kept && options.storage === undefined) await keepSource(local.folder.path);
  local.host.startTimers();
  sayAddresses(local, options);
  if (lastScreen !== undefined) result(`\n${lastScreen}`);
  sayWhatNext(local, options);
  sayOfDemo(chosen);
  await watch(local, options, { reported, sample }, interruption);
  return 0;
}

/**
 * From here on time goes on: it is today again, but in the weeks of the sample, whose newest file would be years old. A folder or
 * the sample offers only its newest file.
 */
function goOn(inSample: boolean): void {
  const { SERVICE_TAG_SYNC_NOW: then } = process.env;
  const behind = inSample && then !== undefined ? String(Date.now() - Date.parse(then)) : undefined;
  set({ SERVICE_TAG_SYNC_NOW: undefined, SERVICE_TAG_SYNC_CLOCK_BEHIND: behind });
}

/** A week in which nothing went wrong does not show what this is for. */
function sayOfDemo({ kind, via }: ChosenRuns): void {
  if (kind !== 'source' || via !== undefined) return;
  say(`What happens when Microsoft's file is wrong: ${colors.bold('npm start -- --demo')}`);
}

function printFaults(ended: EndedRun): void {
  if (codeOf(ended) === 1) result(eventTexts(ended.run.events));
}

async function lastScreenOf(story: Story): Promise<string> {
  const { inbox } = await createOperator(process.env, () => {});
  return story.lastScreen(await inbox(), terminalWidth());
}

function codeOf({ run }: EndedRun): ExitCode {
  return run.status === 'queued' || run.status === 'running' ? 1 : exitCodeOf(run.status);
}

async function dryRun(local: LocalService, options: StartOptions, chosen: ChosenRuns): Promise<ExitCode> {
  if (chosen.via === 'sample') keepTelemetryHere();
  const newest = chosen.kind === 'files' ? chosen.files.at(-1) : undefined;
  const given = newest === undefined ? undefined : await factsOf(newest, local.config.cloud);
  if (chosen.kind === 'files' && newest !== undefined && given !== undefined) {
    const now = given.date === null ? new Date().toISOString() : `${given.date}T00:00:00.000Z`;
    useFile(chosen.via, { path: newest, now });
  }
  const would = await local.api.dryRun();
  result(
    options.json ? JSON.stringify(dryRunLine(would, { given, sample: chosen.via === 'sample' })) : reportDryRun(would),
  );
  return exitCodeOfDryRun(would);
}

/** Reports every run that ends, whatever triggered it, until a signal comes. */
async function watch(
  local: LocalService,
  options: StartOptions,
  { reported, sample }: { readonly reported: Set<string>; readonly sample: boolean },
  interruption: AbortSignal,
): Promise<void> {
  while (!interruption.aborted) {
    await sleep(watchMs, undefined, { signal: interruption }).catch((error: unknown) => {
      // Aborted by the signal: the loop sees it.
      if (!interruption.aborted) throw error;
    });
    for (const run of (await (await local.service()).runs(watchedRuns)).toReversed()) {
      if (reported.has(run.run) || run.closedAt === undefined) continue;
      reported.add(run.run);
      const ended = { run, given: undefined };
      await (options.json ? printLine(local, ended, sample) : printReport(local, ended));
      await local.servers.save();
    }
  }
  say('Stopping: what is running is finished first.');
}

async function printLine(local: LocalService, { run, given }: EndedRun, sample: boolean, story?: Story): Promise<void> {
  const targets = await (await local.service()).readTargets();
  result(JSON.stringify({ ...runLine(run, { given, sample }, targets), ...(story ? { beside: story.harm() } : {}) }));
}

async function printReport(local: LocalService, { run }: EndedRun): Promise<void> {
  const targets = await (await local.service()).readTargets();
  result(`\n${reportRun(run, { config: local.config, ledger: await local.ledger(), targets })}`);
}

function notesOf(chosen: ChosenRuns | RefusedStart, { verbose }: StartOptions): readonly string[] {
  if (chosen.kind === 'refused') return [];
  return [...chosen.notes, ...(verbose && chosen.kind === 'files' ? (chosen.details ?? []) : [])];
}

function introduce(
  { config, configFile, folder, servers }: LocalService,
  options: StartOptions,
  notes: readonly string[],
): void {
  const { instance, cloud } = config;
  say(`${colors.bold('service-tag-sync')} ${project.version}, instance ${instance}, cloud ${cloud}`);
  say(`  config   ${shownPath(configFile)}`);
  say(
    `  Azure    ${options.arm === undefined ? `simulated, at ${new URL(servers.arm).origin}: nothing real is touched` : servers.arm}`,
  );
  const state = folder.kept ? folder.path : 'in memory, gone at the end (--data DIR keeps it)';
  say(`  state    ${options.storage === undefined ? state : 'in the storage account that was given'}`);
  sayFaults(config);
  for (const note of notes) say(`  ${note.startsWith('SAMPLE') ? colors.yellow(colors.bold(note)) : colors.dim(note)}`);
}

/** Secrets that are not set: each pull or notice that needs one fails. */
function sayFaults(config: LocalService['config']): void {
  for (const fault of secretFaultsOf(config, process.env)) say(`  ${colors.red('BAD')}      ${fault}`);
  // On one machine nobody signs in.
  const unmet = unmetRules(config);
  if (unmet !== undefined) say(`  ${colors.yellow('note')}     ${unmet.text} -> ${unmet.next}`);
}

function sayAddresses({ config, host, folder }: LocalService, { verbose }: StartOptions): void {
  say(`\nUp at ${host.url}, as long as this runs. Ctrl+C stops it.`);
  for (const { settings } of feedsOf({ loaded: { config } })) {
    // curl asks for the password: what is on a command line, every user of this machine can see.
    const [device] = Object.keys(settings.devices);
    say(`  feed      curl ${device === undefined ? '' : `-u ${device} `}${host.url}/api/feeds/${settings.name}`);
  }
  if (!folder.kept && !verbose) return;
  say(`  health    ${host.url}/api/health`);
  say(`  key       in ${folder.keyHeader}, as the header x-functions-key`);
  // By its file: what is on the command line of curl, every user of this machine can see.
  const curl = `curl -H "@${folder.keyHeader}"`;
  say(`  runs      ${curl} ${host.url}/api/runs`);
  say(`  run now   ${curl} -d '{}' ${host.url}/api/runs`);
  say(`  dry run   ${curl} -d '{"dryRun": true}' ${host.url}/api/runs`);
}

/** The page, and the one line to type next: a command where one finds this service, else the page. */
function sayWhatNext({ config, host, folder }: LocalService, { data, storage }: StartOptions): void {
  sayFaults(config);
  const page = signInLink(host.url, folder.keys.function, new Date(), userNameHere() ?? '');
  if (data === undefined || storage !== undefined) {
    say(`Next: open the page, which shows all of this; the link counts for 30 minutes:\n${colors.bold(page)}`);
    if (storage === undefined)
      say('Commands find a service by its folder: stop this one, then `npm start -- --data ./state`.');
    return;
  }
  say(`The page, with a link that counts for 30 minutes (\`npm run -s cli -- page --data ${data}\` prints a new one):`);
  say(page);
  say(`Next, in another terminal: ${colors.bold(`npm run -s cli -- todo --data ${data}`)}`);
}

function logOf({ verbose }: StartOptions): HostLog {
  return ({ level, function: name = 'host', message }) => {
    const loud = level === 'warning' || level === 'error' || level === 'critical';
    if (loud) say(colors.yellow(`  ${level} ${name}: ${message}`));
    else if (verbose) say(colors.dim(`  ${name}: ${message}`));
  };
}

/** The first signal ends things in order, the second one at once. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new Interrupted(`Interrupted by ${signal}; the next start goes on from here.`));
    });
  }
  return controller.signal;
}

process.exitCode = await start(process.argv.slice(2));
