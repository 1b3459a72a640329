import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { type Cloud, clouds } from '../core/publication/catalog.ts';
import type { ReplayFolderInput } from '../replay/folder.ts';
import type { Tracer } from '../replay/timeline.ts';
import { RequestError } from '../run/service.ts';
import { readConfigFile } from './open-operator.ts';
import { replayJson, showReplay } from './replay-table.ts';

interface ReplayOptions {
  readonly config?: string;
  readonly registry?: ReadonlyMap<string, readonly string[]>;
  readonly cloud?: Cloud;
  readonly answer?: 'never' | number;
  readonly json?: boolean;
  readonly svg?: string;
  readonly tag?: string;
}

const help = `
Rows of the table, over all files and watched tags. What is published is what the newest readable file has, accepted or not:
  weeks asked       weeks with a question to an operator; below, those about tags and those about files that were not taken
                    over, or not for every watched tag. A week may be both
  reminders         of questions that have no answer
  asked again       questions about a hold that was known before
  missing           addresses published and not allowed, times days; apart: those held as a suspicious gain
  came back         addresses removed that were published again within 90 days of that
  beyond            addresses allowed and no longer published, times days. It is the sum of what is published again at any
                    later time, of what the service's global tag or AzureCloud of the region still had, and of the rest

Examples:
  npm run -s cli -- replay ./files
  npm run -s cli -- replay ./files --config service-tag-sync.json --registry contoso=westeurope,northeurope
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
      'watch what its lists hold, by its policy (default: every regional tag of ACR and Storage)',
    )
    .option(
      '--registry <name=regions>',
      'regions of a registry of the config, which no replay can ask, NAME=REGION,REGION (repeatable)',
      registryOf,
    )
    .addOption(new Option('--cloud <cloud>', 'whose files (default: that of the config, else Public)').choices(clouds))
    .option(
      '--answer <how>',
      'never (default), or hindsight:DAYS: after so many days, with knowledge of the later publications',
      answerOf,
    )
    .option('--json', 'everything as JSON on stdout: files, questions, removals, figures')
    .option('--svg <file>', 'draw effective against published for a tag')
    .option('--tag <tag>', 'the tag to draw (default: the one with the largest hold)')
    .addHelpText('after', help)
    .action(replay);
}

async function replay(folder: string, options: ReplayOptions): Promise<void> {
  const { answer, svg, tag } = options;
  if (tag !== undefined && svg === undefined) throw new UsageError('expected --svg FILE beside --tag');
  const [{ replayFolder }, { Tracer }] = await Promise.all([
    import('../replay/folder.ts'),
    import('../replay/timeline.ts'),
  ]);
  const tracer = svg === undefined ? undefined : new Tracer(tag === undefined ? undefined : [tag]);
  const replayed = await usable(async () =>
    replayFolder({
      folder: path.resolve(folder),
      ...(await settingOf(options)),
      ...(typeof answer === 'number' ? { hindsightDays: answer } : {}),
      ...(tracer ? { onJudged: ({ now, ledger }) => tracer.take(now, ledger) } : {}),
      onFile: progress,
    }),
  );
  progress();
  for (const { registry, regions } of replayed.withoutTag) {
    process.stderr.write(
      `no file has a tag of ${regions.join(', ')}, where ${registry} is: nothing of it is watched\n`,
    );
  }
  if (tracer && svg !== undefined) await draw(tracer, svg, [...replayed.watch.keys()], tag);
  process.stdout.write(options.json ? `${JSON.stringify(replayJson(replayed))}\n` : showReplay(replayed));
}

/** What cannot be replayed as it was asked for is bad usage. */
async function usable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RequestError ? new UsageError(error.message) : error;
  }
}

async function settingOf(
  options: ReplayOptions,
): Promise<Pick<ReplayFolderInput, 'cloud' | 'policy' | 'limits' | 'subject'>> {
  if (options.config === undefined) {
    if (options.registry) throw new UsageError('expected --config FILE beside --registry: it has the registries');
    const { defaultPolicy } = await import('../core/judge/policy.ts');
    return { cloud: options.cloud ?? 'Public', policy: defaultPolicy };
  }
  const { config } = await readConfigFile(path.resolve(options.config));
  if (options.cloud !== undefined && options.cloud !== config.cloud) {
    throw new UsageError(`the config is for the cloud ${config.cloud}; leave --cloud ${options.cloud} out`);
  }
  const [{ subjectOf }, { limitsOf }] = await Promise.all([
    import('../replay/subject.ts'),
    import('../run/judge-publication.ts'),
  ]);
  const subject = subjectOf(config, options.registry ?? new Map());
  return { cloud: config.cloud, policy: config.policy, limits: limitsOf(config), subject };
}

async function draw(tracer: Tracer, file: string, watch: readonly string[], wanted?: string): Promise<void> {
  if (wanted !== undefined && !watch.includes(wanted)) {
    throw new UsageError(`${wanted} is not watched; --tag takes one of ${watch.join(', ')}`);
  }
  const tag = wanted ?? tracer.tags().find((name) => watch.includes(name));
  const trace = tag === undefined ? undefined : tracer.trace(tag);
  if (!trace) throw new UsageError(`no publication has the tag ${tag ?? 'that could be drawn'}`);
  const { replaySvg } = await import('../replay/svg.ts');
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

/** The library puts an empty text in the place of undefined, so that no answer needs a word too. */
function answerOf(text: string): 'never' | number {
  if (text === 'never') return text;
  const days = /^hindsight:(\d{1,4})$/.exec(text)?.[1];
  if (days === undefined) throw new InvalidArgumentError('Expected never or hindsight:DAYS, such as hindsight:3.');
  return Number(days);
}

function registryOf(
  text: string,
  all: ReadonlyMap<string, readonly string[]> = new Map(),
): ReadonlyMap<string, readonly string[]> {
  const [, name, list] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const regions = list?.split(',').map((region) => region.trim());
  if (name === undefined || regions === undefined || regions.includes('')) {
    throw new InvalidArgumentError('Expected NAME=REGION,REGION, such as contoso=westeurope,northeurope.');
  }
  return new Map([...all, [name, [...(all.get(name) ?? []), ...regions]]]);
}
