import { type Command, Option } from 'commander';
import { withPlace } from './open-operator.ts';
import { withRemote } from './remote-place.ts';
import type { PlanOptions } from './show-plan.ts';

const examples = `
Examples:
  npm run -s cli -- plan --data ./state
  npm run -s cli -- plan --config edited.json --data ./state
  npm run -s cli -- plan hub --format markdown > CHG0042137.md
  npm run -s cli -- plan --detailed-exitcode --data ./state > plan.txt

Lines begin with + and -, and one line has the sums: "Plan: 3 to add, 61 to remove."`;

/** `plan`: what the next run would do, or a recorded plan as a change ticket. It writes nothing. */
export function addPlanCommand(program: Command): void {
  withFormat(
    withRemote(
      withPlace(
        program
          .command('plan')
          .description('what a run would do now (nothing is written); with an id: a recorded plan as a change ticket')
          .argument('[id]', 'one of its parts: its id, its short id, or its target; or run/target')
          .addHelpText('after', examples),
      ),
    ),
  ).action(async (id: string | undefined, options: PlanOptions) => {
    const { showDryRun, showPlan } = await import('./show-plan.ts');
    await (id === undefined ? showDryRun(options) : showPlan(id, options));
  });
}

/** Gives a command the options by which a plan, or a preview, is printed. */
export function withFormat(command: Command): Command {
  return withDetailedExitCode(
    command
      .addOption(new Option('--format <format>', 'its form').choices(['markdown', 'csv', 'json']))
      .addOption(new Option('--json', 'the same as --format json').conflicts('format')),
  );
}

/** The option whose meaning is Terraform's. */
export function withDetailedExitCode(command: Command): Command {
  return command.option(
    '--detailed-exitcode',
    "exit with 0 for nothing to do, 2 for changes, 1 for every error, as Terraform's plan",
  );
}
