import path from 'node:path';
import type { Command } from 'commander';
import { issueText } from '../config/issue.ts';
import { quantity } from '../messages/format.ts';
import { readConfigFile } from './read-config-file.ts';

/** `check`: is a config good, and if not, everything that is wrong with it. Needs neither storage nor Azure. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('check a config and say everything that is wrong with it')
    .argument('[file]', 'the config (default: SERVICE_TAG_SYNC_CONFIG, else ./service-tag-sync.json)')
    .action(check);
}

async function check(given: string | undefined): Promise<void> {
  const file = given ?? (process.env.SERVICE_TAG_SYNC_CONFIG || 'service-tag-sync.json');
  const { config, notes } = await readConfigFile(path.resolve(file));
  const { instance, cloud, lists, targets } = config;
  const counts = `${quantity(Object.keys(lists).length, 'list')}, ${quantity(Object.keys(targets).length, 'target')}`;
  process.stdout.write(`${file} is good: instance ${instance}, cloud ${cloud}, ${counts}\n`);
  for (const note of notes) process.stdout.write(`${issueText(note)}\n`);
}
