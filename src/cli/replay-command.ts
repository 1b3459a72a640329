import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import colors from 'picocolors';
import { UsageError } from '../core/errors.ts';
import { defaultPolicy, type Policy } from '../core/judge/policy.ts';
import { type Cloud, clouds } from '../core/publication/catalog.ts';
import { quantity } from '../messages/format.ts';
import { type ReplayedFolder, replayFolder } from '../replay/folder.ts';
import type { AddressFigure, Figures } from '../replay/metrics.ts';
import { replaySvg } from '../replay/svg.ts';
import { Tracer } from '../replay/timeline.ts';
import { RequestError } from '../run/service.ts';
import { readConfigFile } from './open-operator.ts';
import { tableText } from './show.ts';

interface ReplayOptions {
  readonly config?: string;
  readonly cloud?: Cloud;
  /** Days; absent: no question is answered. */
  readonly answer?: number | undefined;
  readonly json?: boolean;
  readonly svg?: string;
  readonly tag?: string;
}

const help = `
Rows of the table, over all files and watched tags:
  weeks asked       weeks with a question to an operator
  missing           addresses published and not allowed, times days; apart: those held as a suspicious gain
  came back         addresses removed that were published again within 90 days of that
  beyond            addresses allowed and no longer published, times days

Examples:
  npm run -s cli -- replay ./files
  npm run -s cli -- replay ./files --config service-tag-sync.json --answer hindsight:3 --json
  npm run -s cli -- replay ./files --svg west.svg --tag Storage.WestUS`;

/** `replay`: runs old publications through the judge. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('run a folder of publications through the judge, and show its decisions')
    .argument('<dir>', 'folder of ServiceTags_*.json')
    .option(
      '--config <file>',
      'watch the tags of its lists, by its policy (default: every regional tag of ACR and Storage)',
    )
    .addOption(new Option('--cloud <cloud>', 'whose files (default: that of the config, else Public)').choices(clouds))
    .option(
      '--answer <how>',
      'never, or hindsight:DAYS: after so many days, with knowledge of the later publications',
      answerOf,
    )
    .option('--json', 'figures as JSON on stdout')
    .option('--svg <file>', 'draw effective against published for a tag')
    .option('--tag <tag>', 'the tag to draw (default: the one with the largest hold)')
    .addHelpText('after', help)
    .action(replay);
}

async function replay(folder: string, options: ReplayOptions): Promise<void> {
  if (options.tag !== undefined && options.svg === undefined) throw new UsageError('expected --svg FILE beside --tag');
  const { cloud, watch, policy } = await subjectOf(options);
  if (options.tag !== undefined && watch?.includes(options.tag) === false) {
    throw new UsageError(`no list of the config selects ${options.tag}; --tag takes one of ${watch.join(', ')}`);
  }
  const tracer = options.svg === undefined ? undefined : new Tracer(options.tag === undefined ? watch : [options.tag]);
  const replayed = await replayFolder({
    folder: path.resolve(folder),
    cloud,
    policy,
    ...(watch ? { watch } : {}),
    ...(options.answer === undefined ? {} : { hindsightDays: options.answer }),
    ...(tracer ? { onJudged: ({ now, ledger }) => tracer.take(now, ledger) } : {}),
    onFile: progress,
  }).catch((error: unknown) => {
    throw error instanceof RequestError ? new UsageError(error.message) : error;
  });
  progress();
  if (tracer && options.svg !== undefined) await draw(tracer, options.svg, replayed.watch, options.tag);
  process.stdout.write(options.json ? `${JSON.stringify(replayJson(replayed))}\n` : showReplay(replayed));
}

async function subjectOf(options: ReplayOptions): Promise<{ cloud: Cloud; watch?: string[]; policy: Policy }> {
  if (options.config === undefined) return { cloud: options.cloud ?? 'Public', policy: defaultPolicy };
  const { config } = await readConfigFile(path.resolve(options.config));
  if (options.cloud !== undefined && options.cloud !== config.cloud) {
    throw new UsageError(`the config is for the cloud ${config.cloud}; leave --cloud ${options.cloud} out`);
  }
  const watch = [...new Set(Object.values(config.lists).flatMap(({ tags }) => tags))].sort();
  if (watch.length === 0)
    throw new UsageError(
      'expected a list that names tags, got none in the config: only a run knows the tags of registries. Leave --config out to watch every regional tag',
    );
  return { cloud: config.cloud, watch, policy: config.policy };
}

async function draw(tracer: Tracer, file: string, watch: readonly string[], wanted?: string): Promise<void> {
  const tag = wanted ?? tracer.tags().find((name) => watch.includes(name));
  const trace = tag === undefined ? undefined : tracer.trace(tag);
  if (!trace) throw new UsageError(`no publication has the tag ${tag ?? 'that could be drawn'}`);
  await writeFile(file, replaySvg(trace));
  process.stderr.write(`${file} shows ${trace.tag}\n`);
}

/** One line that changes on a terminal, one in fifty files in a log; without a file it ends the line. */
function progress(file?: string, index = 0, all = 0): void {
  if (process.stderr.isTTY)
    process.stderr.write(file === undefined ? '\r\x1b[K' : `\r\x1b[K${index + 1}/${all} ${file}`);
  else if (file !== undefined && (index % 50 === 0 || index === all - 1)) {
    process.stderr.write(`${index + 1}/${all} ${file}\n`);
  }
}

function answerOf(text: string): number | undefined {
  if (text === 'never') return undefined;
  const days = /^hindsight:(\d{1,4})$/.exec(text)?.[1];
  if (days === undefined) throw new InvalidArgumentError('Expected never or hindsight:DAYS, such as hindsight:3.');
  return Number(days);
}

/** The figures of a replay as `--json` gives them. `publications` counts every file, also those that were refused. */
function replayJson(replayed: ReplayedFolder): {
  readonly publications: number;
  readonly policies: Readonly<Record<string, Figures>>;
} {
  return { publications: filesIn(replayed), policies: replayed.policies };
}

/** A replay for a terminal. */
function showReplay(replayed: ReplayedFolder): string {
  const { accepted, refused, unreadable, asked, notices, watch } = replayed;
  const not = [...unreadable, ...refused];
  const weeks = Map.groupBy(asked, ({ date }) => date);
  return `${[
    `${colors.bold(`${quantity(filesIn(replayed), 'publication')}`)}: ${accepted} accepted, ${not.length} refused; ${quantity(watch.length, 'tag')} watched`,
    ...not.flatMap(({ file, reasons }) => [`  ${file}`, ...reasons.map((reason) => `      ${reason}`)]),
    '',
    colors.bold('Events, by kind (a run makes one notice of what belongs together)'),
    tableText(
      ['Event', 'Count'],
      Object.entries(notices).map(([kind, count]) => [kind, count.toLocaleString('en')]),
      ['Count'],
    ),
    '',
    colors.bold(`Questions to an operator: ${asked.length}, on ${quantity(weeks.size, 'day')}`),
    ...[...weeks].flatMap(([date, questions]) => [
      `  ${date}`,
      ...questions.flatMap(({ tag, of, reasons }) => [
        `    ${tag}: ${of}`,
        ...reasons.map((reason) => `        ${reason}`),
      ]),
    ]),
    '',
    colors.bold('Figures'),
    figuresTable(replayed),
    '',
  ].join('\n')}`;
}

function figuresTable({ policies }: ReplayedFolder): string {
  const head = ['', ...Object.keys(policies)];
  const rows: readonly (readonly [string, (figures: Figures) => string])[] = [
    ['weeks asked', ({ weeksAsked }) => weeksAsked.toLocaleString('en')],
    ...families('missing, otherwise (address-days)', ({ addressDaysMissing }) => addressDaysMissing),
    ...families('missing, held by a named rule (address-days)', ({ addressDaysHeldGains }) => addressDaysHeldGains),
    ...families('came back within 90 days (addresses)', (figures) => figures.addressesRemovedThatCameBack),
    ...families('beyond publication (address-days)', (figures) => figures.addressDaysBeyondPublication),
  ];
  return tableText(
    head,
    rows.map(([name, figure]) => [name, ...Object.values(policies).map(figure)]),
    head.slice(1),
  );
}

function families(
  name: string,
  figure: (figures: Figures) => AddressFigure,
): (readonly [string, (figures: Figures) => string])[] {
  return [
    [`${name}, IPv4`, (figures) => figure(figures).ipv4.toLocaleString('en')],
    [`${name}, IPv6`, (figures) => short(figure(figures).ipv6)],
  ];
}

/** IPv6 figures are shortened; --json has them in full. */
function short(digits: string): string {
  return digits.length <= 9
    ? BigInt(digits).toLocaleString('en')
    : `${digits[0]}.${digits.slice(1, 3)}e${digits.length - 1}`;
}

function filesIn({ accepted, refused, unreadable, seen }: ReplayedFolder): number {
  return accepted + refused.length + unreadable.length + seen;
}
