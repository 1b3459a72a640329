#!/usr/bin/env node
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import project from '../package.json' with { type: 'json' };
import { addAdviseCommand } from './cli/advise-command.ts';
import { addBackupCommands } from './cli/backup-commands.ts';
import { addDeskCommands } from './cli/desk-commands.ts';
import { addDoctorCommand } from './cli/doctor-command.ts';
import { exitCodeOf } from './cli/exit-code.ts';
import { addInitCommand } from './cli/init-command.ts';
import { addReplayCommand } from './cli/replay-command.ts';
import { ConfigError, issueText } from './config/issue.ts';
import { loadConfig } from './config/load.ts';
import { quantity } from './text/format.ts';

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

addDeskCommands(program);
addDoctorCommand(program);
addBackupCommands(program);
addInitCommand(program);
addAdviseCommand(program);
addReplayCommand(program);

program.addHelpText(
  'after',
  `
Exit codes:
  0  good
  1  refused, not found, or failed
  2  options, settings or config cannot be used

Examples:
  npm run -s cli -- init --instance contoso --registry /subscriptions/.../registries/contoso
  npm run -s cli -- doctor
  npm run -s cli -- plan --config service-tag-sync.json
  npm run -s cli -- status --data ./state
  npm run -s cli -- holds
  npm run -s cli -- answer remove 3f2a91c0 --why "gone for good, see the ticket" --ticket CHG0042
  npm run -s cli -- answer keep --publication 278 --until 14d --why "waiting for word from Microsoft"
  npm run -s cli -- plan 20240115t080000z-1a2b3c4d/hub --format csv
  npm run -s cli -- pause --target hub --until 12h --why "firewall upgrade"`,
);

async function checkConfig(file: string): Promise<void> {
  try {
    const { config, notes } = await loadConfig(path.resolve(file), () => new Date());
    const counts = `${quantity(Object.keys(config.lists).length, 'list')}, ${quantity(Object.keys(config.targets).length, 'target')}`;
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
  // Commander has said what is wrong with the options itself.
  if (!(error instanceof CommanderError))
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
