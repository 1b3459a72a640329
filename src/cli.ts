import path from 'node:path';
import { Command, CommanderError } from 'commander';
import project from '../package.json' with { type: 'json' };
import { ConfigError, issueText } from './config/issue.ts';
import { loadConfig } from './config/load.ts';

// The command line for people who look after a service: `npm run cli -- <command>`. One command a function below.

const program = new Command('npm run cli --')
  .description('Looks after service-tag-sync from the command line.')
  .version(project.version)
  .showHelpAfterError('(--help lists the commands)')
  .exitOverride();

program
  .command('check')
  .description('check a config and say everything that is wrong with it')
  .argument('[file]', 'the config', 'service-tag-sync.json')
  .action(checkConfig);

async function checkConfig(file: string): Promise<void> {
  try {
    const { config, notes } = await loadConfig(path.resolve(file), () => new Date());
    const counts = `${Object.keys(config.lists).length} lists, ${Object.keys(config.targets).length} targets`;
    process.stdout.write(`${file} is good: instance ${config.instance}, cloud ${config.cloud}, ${counts}\n`);
    for (const note of notes) process.stdout.write(`${issueText(note)}\n`);
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else if (error instanceof Error && 'code' in error) process.stderr.write(`Cannot read ${file} (${error.code}).\n`);
    else throw error;
    process.exitCode = 2;
  }
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
