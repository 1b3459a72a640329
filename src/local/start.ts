import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import colors from 'picocolors';
import project from '../../package.json' with { type: 'json' };
import { messageOf, UsageError } from '../core/errors.ts';
import { signInLink } from '../run/page-key.ts';
import { secretFaultsOf } from '../run/secrets.ts';
import type { HostLog } from './host/functions.ts';
import { type ChosenRuns, chooseRuns } from './start/choose-runs.ts';
import { keepSource } from './start/connection.ts';
import { exitCodeOfDryRun, reportDryRun } from './start/dry-run-report.ts';
import { type EndedRun, firstRuns, keepTelemetryHere, useFile } from './start/first-runs.ts';
import { type LocalService, openLocalService, set } from './start/local-service.ts';
import { parseStartOptions, type StartOptions } from './start/options.ts';
import { factsOf } from './start/publication-runs.ts';
import { type ExitCode, eventTexts, exitCodeOf, painted, reportRun, worstOf, writesText } from './start/report.ts';
import { dryRunLine, runLine } from './start/run-line.ts';
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
  introduce(local, options, chosen.kind === 'refused' ? [] : chosen.notes);
  if (chosen.kind === 'refused') {
    say(colors.red(chosen.lines.join('\n')));
    return 1;
  }
  if (options.dryRun) return dryRun(local, options, chosen);
  await local.servers.seedNamed();
  const sample = chosen.via === 'sample';

  const reported = new Set<string>();
  const codes: ExitCode[] = [];
  let last: EndedRun | undefined;
  for await (const ended of firstRuns(local, chosen, {
    progress: (text) => say(colors.dim(text)),
    signal: interruption,
  })) {
    // The last run is reported in full below; of the others only what went wrong.
    if (!options.json && last !== undefined && codeOf(last) !== 0) result(eventTexts(last.run.events));
    last = ended;
    const { run } = ended;
    reported.add(run.run);
    codes.push(codeOf(ended));
    await local.servers.save();
    say(`  ${painted(run.status)}, ${writesText(run)}`);
    if (options.json) await printLine(local, ended, sample);
  }
  if (!options.json && last !== undefined) await printReport(local, last);
  if (options.once) {
    if (!local.folder.kept && options.storage === undefined)
      say('State was in memory and is gone; --data DIR keeps it.');
    return worstOf(codes);
  }
  // Sizes over time are derived by housekeeping, which a person who opens the page would wait ten minutes for.
  await (await local.service()).runMaintenance();
  // From here on it is today again. The sample offers only its newest file, and a folder what is the newest by then.
  set({ SERVICE_TAG_SYNC_NOW: undefined });
  if (options.publications !== undefined) set({ SERVICE_TAG_SYNC_PUBLICATION: path.resolve(options.publications) });
  if (local.folder.kept && options.storage === undefined) await keepSource(local.folder.path);
  local.host.startTimers();
  sayWhatNext(local);
  await watch(local, options, { reported, sample }, interruption);
  return 0;
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
    for (const run of (await (await local.service()).runs(10)).toReversed()) {
      if (reported.has(run.run) || run.closedAt === undefined) continue;
      reported.add(run.run);
      const ended = { run, given: undefined };
      await (options.json ? printLine(local, ended, sample) : printReport(local, ended));
      await local.servers.save();
    }
  }
  say('Stopping: what is running is finished first.');
}

async function printLine(local: LocalService, { run, given }: EndedRun, sample: boolean): Promise<void> {
  const targets = await (await local.service()).readTargets();
  result(JSON.stringify(runLine(run, { given, sample }, targets)));
}

async function printReport(local: LocalService, { run }: EndedRun): Promise<void> {
  const targets = await (await local.service()).readTargets();
  result(`\n${reportRun(run, { config: local.config, ledger: await local.ledger(), targets })}`);
}

function introduce(
  { config, configFile, folder, servers }: LocalService,
  options: StartOptions,
  notes: readonly string[],
): void {
  const { instance, cloud } = config;
  say(`${colors.bold('service-tag-sync')} ${project.version}, instance ${instance}, cloud ${cloud}`);
  say(`  config   ${path.relative(process.cwd(), configFile)}`);
  say(
    `  Azure    ${options.arm === undefined ? `simulated, at ${new URL(servers.arm).origin}: nothing real is touched` : servers.arm}`,
  );
  const state = folder.kept ? folder.path : 'in memory, gone at the end (--data DIR keeps it)';
  say(`  state    ${options.storage === undefined ? state : 'in the storage account that was given'}`);
  for (const fault of secretFaultsOf(config, process.env)) say(`  ${colors.red('BAD')}      ${fault}`);
  for (const note of notes) say(`  ${note.startsWith('SAMPLE') ? colors.yellow(colors.bold(note)) : note}`);
}

function sayWhatNext({ host, folder }: LocalService): void {
  say(`\nUp at ${host.url}, as long as this runs. Ctrl+C stops it.`);
  say(`  page      ${signInLink(host.url, folder.keys.function, new Date(), userNameHere() ?? '')}`);
  const again = folder.kept ? `; \`npm run -s cli -- page --data ${folder.path}\` prints a new one` : '';
  say(`            the link counts for 30 minutes${again}`);
  say(`  health    ${host.url}/api/health`);
  say(`  key       in ${folder.keyHeader}, as the header x-functions-key`);
  // By its file: what is on the command line of curl, every user of this machine can see.
  const curl = `curl -H "@${folder.keyHeader}"`;
  say(`  runs      ${curl} ${host.url}/api/runs`);
  say(`  run now   ${curl} -d '{}' ${host.url}/api/runs`);
  say(`  dry run   ${curl} -d '{"dryRun": true}' ${host.url}/api/runs`);
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
