import type { Command } from 'commander';
import { adviceMarkdown } from '../messages/registry.ts';
import { openOperator, type Place, withPlace } from './open-operator.ts';

/** `advise`: registries as they are now and what to make of it, as a report in Markdown or as JSON. */
export function addAdviseCommand(program: Command): void {
  withPlace(
    program
      .command('advise')
      .description('registries as they are now, and better ways than lists of addresses')
      .option('--json', 'as JSON on stdout'),
  ).action(async ({ json, ...place }: Place & { json?: true }) => {
    const view = await (await openOperator(place)).registries();
    process.stdout.write(json ? `${JSON.stringify(view, undefined, 2)}\n` : adviceMarkdown(view));
  });
}
