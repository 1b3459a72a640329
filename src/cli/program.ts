import { Command, CommanderError } from 'commander';
import project from '../../package.json' with { type: 'json' };
import { ConfigError } from '../config/issue.ts';
import { UsageError } from '../core/errors.ts';
import { marked } from '../core/visible-text.ts';
import { addAskCommands } from './ask-commands.ts';
import { addBackupCommands } from './backup-commands.ts';
import { addChangeCommands } from './change-commands.ts';
import { addAdviseCommand, addCheckCommand, addDoctorCommand, addNotifyCommand } from './check-commands.ts';
import { addDecisionCommands } from './decision-commands.ts';
import { addExportListCommand } from './export-list-command.ts';
import { addInitCommand } from './init-command.ts';
import { addPageCommand } from './page-command.ts';
import { addReplayCommand } from './replay-command.ts';
import { addRunCommand } from './run-command.ts';
import { addTagCommands } from './tag-commands.ts';
import { addWhyCommand } from './why-command.ts';

const exitCodes = `
Exit codes:
  0  good
  1  refused, not found, or failed: also an address that no tag or target has (lookup), one that no list or target lets
     in (why), a fault (doctor), a target that would not be written (plan), a channel that did not accept the notice
     (notify test)
  2  arguments, options, settings or config cannot be used; nothing was done. Also: something waits (todo --exit-code)
  3  something would wait for an answer (plan, run --dry-run); the list has changed (export-list --out)
With --detailed-exitcode (plan, run --dry-run, --preview of a decision or a config), as Terraform's plan:
  0  nothing to do; for a decision: it changes nothing that the next run does
  1  every error, arguments that cannot be used too; a target that cannot be read or is refused
  2  something to do, now or once it is approved`;

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

/** The command line for operators: `npm run -s cli -- <command>`. One group of commands a file. */
export function makeProgram(): Command {
  const program = new Command('npm run -s cli --')
    .description('Operates service-tag-sync from the command line.')
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
  addReplayCommand(program);
  return program;
}

/**
 * 2 for options, settings and configs that cannot be used, 0 after --help, 1 for every other error. With --detailed-exitcode
 * among the arguments 2 stands for changes, and every error is 1.
 */
export function exitCodeOf(error: unknown, args: readonly string[] = process.argv): 0 | 1 | 2 {
  const usageCode = args.includes('--detailed-exitcode') ? 1 : 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageCode;
  return error instanceof UsageError || error instanceof ConfigError ? usageCode : 1;
}

/** The text of an error, as a terminal may show it. An error of the network gets the host, which its own text omits. */
export function errorText(error: unknown): string {
  return marked(textOf(error));
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const host = hostOf(error);
  if (host === undefined || !('code' in error) || ('statusCode' in error && error.statusCode !== undefined))
    return error.message;
  return `${host} does not answer (${error.message}): check that the storage is the right one (--data, --storage-file) and is running; \`doctor\` checks everything the service depends on`;
}

/** The SDK's errors carry the request that failed. */
function hostOf(error: Error): string | undefined {
  if (!('request' in error)) return undefined;
  const { request } = error;
  if (typeof request !== 'object' || request === null || !('url' in request)) return undefined;
  const url = String(request.url);
  return URL.canParse(url) ? new URL(url).host : undefined;
}
