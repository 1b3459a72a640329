import { Command } from 'commander';
import project from '../../package.json' with { type: 'json' };
import { addAskCommands } from './ask-commands.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addChangeCommands } from './change-commands.ts';
import { addAdviseCommand, addCheckCommand, addDoctorCommand, addNotifyCommand } from './check-commands.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addDecisionCommands } from './decision-commands.ts';
import { addExportListCommand } from './export-list-command.ts';
import { withHelp } from './help.ts';
import { addInitCommand } from './init-command.ts';
import { addPageCommand } from './page-command.ts';
import { addReplayCommand } from './replay-command.ts';
import { wantsJson } from './report-error.ts';
import { addRunCommand } from './run-command.ts';
import { addStorageCommand } from './storage-command.ts';
import { addTagCommands } from './tag-commands.ts';
import { addWhyCommand } from './why-command.ts';

const examples = `
Examples:
  npm run -s cli -- init --instance contoso --registry /subscriptions/.../registries/contoso
  npm run -s cli -- doctor
  npm run -s cli -- plan --config service-tag-sync.json
  npm run -s cli -- pin 404 --until 7d --preview
  npm run -s cli -- todo --data ./state
  npm run -s cli -- status --data ./state
  npm run -s cli -- lookup 20.60.4.1
  npm run -s cli -- changes --since 7d --target hub
  npm run -s cli -- why 20.60.4.1 --at 2024-01-22
  npm run -s cli -- export-list branches --format nftables --out branches.nft
  npm run -s cli -- status --url https://contoso.azurewebsites.net --scope api://<client id>/.default
  npm run -s cli -- answer remove d0041625 --why "retired, see the ticket" --ticket CHG0042
  npm run -s cli -- answer keep --publication 278 --until 14d --why "waiting for a reply from Microsoft"
  npm run -s cli -- plan 20240115t080000z-1a2b3c4d/hub --format csv
  npm run -s cli -- pause --target hub --until 12h --why "firewall upgrade"`;

/**
 * The command line for operators: `npm run -s cli -- <command>`. One group of commands a file.
 * @param args what it will be given: with --json among them, errors are left to reportError().
 */
export function makeProgram(args: readonly string[] = process.argv.slice(2)): Command {
  const program = withHelp(
    new Command('npm run -s cli --')
      .description('Operates service-tag-sync from the command line.')
      .version(project.version)
      .showHelpAfterError(wantsJson(args) ? false : '(--help lists the commands)')
      .exitOverride()
      .configureOutput(wantsJson(args) ? { outputError: () => {} } : {})
      .addHelpText('after', examples),
  );
  program.commandsGroup('Set up:');
  addInitCommand(program);
  addCheckCommand(program);
  addDoctorCommand(program);
  addAdviseCommand(program);
  addNotifyCommand(program);
  addAskCommands(program);
  addChangeCommands(program);
  addWhyCommand(program);
  addExportListCommand(program);
  addPageCommand(program);
  addTagCommands(program);
  addDecisionCommands(program);
  addRunCommand(program);
  program.commandsGroup('Back up and replay:');
  addBackupCommands(program);
  addStorageCommand(program);
  addReplayCommand(program);
  program.commandsGroup('This program:');
  addCompletionCommand(program);
  return program;
}
