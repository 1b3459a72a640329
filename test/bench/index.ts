import { Command } from 'commander';

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

await program.parseAsync();

function print(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
