import { Command } from 'commander';
import project from '../../package.json' with { type: 'json' };
import { addAdviseCommand } from './advise-command.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addCheckCommand } from './check-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addInitCommand } from './init-command.ts';
import { addNotifyCommand } from './notify-command.ts';
import { addOperatorCommands } from './operator-commands.ts';
import { addReplayCommand } from './replay-command.ts';

const exitCodes = `
Exit codes:
  0  good
  1  refused, not found, or failed: also an address that nothing has (lookup), a fault (doctor), a target that would not
     be written (plan), a channel that did not take the notice (notify test)
  2  arguments, options, settings or config cannot be used; nothing was done
  3  something would wait for an answer (plan)`;

const examples = `
Examples:
  npm run -s cli -- init --instance contoso --registry /subscriptions/.../registries/contoso
  npm run -s cli -- doctor
  npm run -s cli -- plan --config service-tag-sync.json
  npm run -s cli -- status --data ./state
  npm run -s cli -- lookup 20.60.4.1
  npm run -s cli -- answer remove Storage.WestEurope-loss-404-d0041625 --why "gone for good, see the ticket" --ticket CHG0042
  npm run -s cli -- answer keep --publication 278 --until 14d --why "waiting for word from Microsoft"
  npm run -s cli -- plan 20240115t080000z-1a2b3c4d/hub --format csv
  npm run -s cli -- pause --target hub --until 12h --why "firewall upgrade"`;

/** The command line for people who look after a service: `npm run -s cli -- <command>`. One group of commands a file. */
export function makeProgram(): Command {
  const program = new Command('npm run -s cli --')
    .description('Looks after service-tag-sync from the command line.')
    .version(project.version)
    .showHelpAfterError('(--help lists the commands)')
    .exitOverride()
    .addHelpText('after', examples)
    .addHelpText('afterAll', exitCodes);
  program.commandsGroup('Set up:');
  addInitCommand(program);
  addCheckCommand(program);
  addDoctorCommand(program);
  addAdviseCommand(program);
  addNotifyCommand(program);
  addOperatorCommands(program);
  program.commandsGroup('Keep and try:');
  addBackupCommands(program);
  addReplayCommand(program);
  return program;
}
