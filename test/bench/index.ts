import { Command, InvalidArgumentError } from 'commander';

/** Each bench is loaded when it is asked for: what it measures must not be warm already. */
const program = new Command('npm run bench --').description('where the time of a run goes');

program
  .command('parse')
  .description('parsing, identity and comparison of the two newest real publications')
  .action(async () => {
    const { benchParse } = await import('./parse.ts');
    print(benchParse());
  });

program
  .command('scale')
  .description('runs of 1, 10, 100 and 1,000 targets against a slow simulated ARM')
  .option('--json', 'print JSON')
  .option('--targets <counts>', 'numbers of targets, separated by commas', '1,10,100,1000')
  .action(async ({ json, targets }: { json?: true; targets: string }) => {
    const { benchScale, scaleText } = await import('./scale.ts');
    const counts = targets.split(',').map(Number);
    const results = [];
    for (const count of counts) {
      const result = await benchScale(count);
      results.push(result);
      if (!json) process.stdout.write(`${scaleText(result)}\n`);
    }
    if (json) print(results);
    if (results.some(({ good }) => !good)) process.exitCode = 1;
  });

program
  .command('replay')
  .description('the judge beside simpler ways of copying, over a folder of Public files')
  .argument('<dir>', 'folder of ServiceTags_*.json')
  .option('--hindsight <days>', 'answer each question so many days later, knowing what comes')
  .option('--json', 'print JSON')
  .action(async (folder: string, { hindsight, json }: { hindsight?: string; json?: true }) => {
    const [{ benchReplay }, { figuresTable, replayJson }] = await Promise.all([
      import('./replay.ts'),
      import('../../src/cli/replay-table.ts'),
    ]);
    const replayed = await benchReplay(folder, hindsight === undefined ? undefined : Number(hindsight));
    if (json) print(replayJson(replayed));
    else process.stdout.write(`${figuresTable(replayed)}\n`);
  });

program
  .command('faults')
  .description(
    'faults planted into pairs of real Public files: what the judge, and simpler ways of copying, make of each',
  )
  .argument('[dir]', 'folder of ServiceTags_Public_*.json; the one that SERVICE_TAGS_DATA names if absent')
  .option('--seed <text>', 'chooses tags and ranges', '1')
  .option('--pairs <count>', 'most pairs of files, spread over all of them', countOption, 44)
  .option('--cases <count>', 'most cases, spread over all kinds and pairs', countOption, 10_000)
  .option('--kind <name>', 'a kind of fault; may be given more than once', collect, [])
  .option('--json', 'print JSON')
  .action(async (folder: string | undefined, { kind, json, ...options }: FaultOptions) => {
    const { runFaults } = await import('./faults/run.ts');
    if (!(await runFaults(folder, { ...options, kinds: kind }, json === true))) process.exitCode = 1;
  });

program
  .command('select')
  .description('what as many lists as targets come to at the start of a run, without the rest of it')
  .option('--targets <count>', 'number of targets, and of lists', '1000')
  .action(async ({ targets }: { targets: string }) => {
    const { benchSelect } = await import('./select.ts');
    print(benchSelect(Number(targets)));
  });

program
  .command('run', { isDefault: true })
  .description('where the time of one run over a file of 4 MB with two targets goes, by stage')
  .option('--json', 'print JSON')
  .action(async ({ json }: { json?: true }) => {
    const { benchRun, runText } = await import('./run.ts');
    const result = await benchRun();
    if (json) print(result);
    else process.stdout.write(`${runText(result)}\n`);
  });

program
  .command('cold')
  .description('the bundle from import to registered functions, and a first run to its first ARM request')
  .option('--json', 'print JSON')
  .action(async ({ json }: { json?: true }) => {
    const { benchCold, coldText } = await import('./cold.ts');
    const result = await benchCold();
    if (json) print(result);
    else process.stdout.write(`${coldText(result)}\n`);
    if (!result.good) process.exitCode = 1;
  });

program
  .command('command-line')
  .description('the built command line from start to end: --version, --help, lookup and why over a local service')
  .option('--json', 'print JSON')
  .action(async ({ json }: { json?: true }) => {
    const { benchCommandLine, commandLineText } = await import('./command-line.ts');
    const result = await benchCommandLine();
    if (json) print(result);
    else process.stdout.write(`${commandLineText(result)}\n`);
    if (!result.good) process.exitCode = 1;
  });

program
  .command('answers')
  .description('every answer of the API and view of the page, with years of history and with weeks of it')
  .argument('[dir]', 'folder of ServiceTags_Public_*.json; files made up of the same size if absent')
  .option('--publications <count>', 'publications that are kept', countOption, 400)
  .option('--runs <count>', 'runs that are kept', countOption, 2_000)
  .option('--times <count>', 'how often each is asked', countOption, 15)
  .option('--json', 'print JSON')
  .action(async (folder: string | undefined, { json, ...sizes }: AnswerOptions) => {
    const { benchAnswers, answersText } = await import('./answers.ts');
    const result = await benchAnswers(folder, sizes, (text) => void process.stderr.write(`${text}\n`));
    if (json) print(result);
    else process.stdout.write(`${answersText(result)}\n`);
    if (!result.good) process.exitCode = 1;
  });

program
  .command('feeds')
  .description('devices that pull one feed on the hour: times, requests to Storage, answers without a list')
  .option('--devices <count>', 'number of devices', countOption, 1_000)
  .option('--spread <seconds>', 'seconds over which the devices come', countOption, 10)
  .option('--seed <text>', 'chooses when each device comes', '1')
  .option('--json', 'print JSON')
  .action(async ({ json, ...options }: FeedsOptions) => {
    const { benchFeeds, feedsText } = await import('./feeds.ts');
    const result = await benchFeeds(options, (text) => void process.stderr.write(`${text}\n`));
    if (json) print(result);
    else process.stdout.write(`${feedsText(result)}\n`);
    if (!result.good) process.exitCode = 1;
  });

program
  .command('peers')
  .description('the address core beside libraries that do the same, and beside JSON.parse; wrong answers are marked')
  .argument(
    '[dir]',
    'folder of ServiceTags_Public_*.json, of which the two newest are read; files made up in their shape if absent',
  )
  .option('--sizes <counts>', 'how many times as large the input is, separated by commas', countsOption, [1])
  .option('--samples <count>', 'processes for each peer', countOption, 5)
  .option(
    '--work <name>',
    'read, aggregate, "aggregate IPv4", difference, parse or pipeline; may be given more than once',
    collect,
    [],
  )
  .option('--most-seconds <count>', 'leaves out a peer that would take longer', countOption, 60)
  .option('--json', 'print JSON')
  .action(async (folder: string | undefined, { json, work, ...options }: PeersCliOptions) => {
    const { benchPeers, peersText } = await import('./peers/bench.ts');
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    if (folder === undefined) say('No folder of Service Tags files: files made up in their shape are measured.');
    const result = benchPeers(folder, { ...options, works: work }, say);
    if (json) print(result);
    else process.stdout.write(`${peersText(result)}\n`);
    if (!result.good) process.exitCode = 1;
  });

await program.parseAsync();

interface PeersCliOptions {
  readonly sizes: readonly number[];
  readonly samples: number;
  readonly work: readonly string[];
  readonly mostSeconds: number;
  readonly json?: true;
}

interface FeedsOptions {
  readonly devices: number;
  readonly spread: number;
  readonly seed: string;
  readonly json?: true;
}

interface AnswerOptions {
  readonly publications: number;
  readonly runs: number;
  readonly times: number;
  readonly json?: true;
}

interface FaultOptions {
  readonly seed: string;
  readonly pairs: number;
  readonly cases: number;
  readonly kind: readonly string[];
  readonly json?: true;
}

function countOption(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number from 1.');
}

function countsOption(text: string): number[] {
  return text.split(',').map(countOption);
}

function collect(name: string, all: string[]): string[] {
  return [...all, name];
}

function print(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
