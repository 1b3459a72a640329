import { Command, Help, type Option } from 'commander';
import { withPlace } from './open-operator.ts';
import { withRemote } from './remote-place.ts';

/** docs/command-line.md has the table of all of them. */
const exitCodes = `
Exit codes:
  0  good
  1  refused, not found, or failed
  2  arguments, options, settings or config cannot be used; nothing was done
  3  something waits for an answer
docs/command-line.md has them by command, those of --detailed-exitcode, and what --json prints.`;

/** What many commands take alike: it stands once, in the help of the program. */
const serviceOptions = withRemote(withPlace(new Command())).options;

/** Gives a program, before its commands are added, the help in which nothing is repeated from command to command. */
export function withHelp(program: Command): Command {
  return program
    .configureHelp({
      visibleOptions(command) {
        return Help.prototype.visibleOptions.call(this, command).filter((option) => !isServiceOption(option));
      },
    })
    .addHelpText('after', serviceHelp)
    .addHelpText('after', exitCodes)
    .addHelpText('afterAll', ({ command }) => {
      const takesService = command.parent !== null && command.options.some(isServiceOption);
      return takesService
        ? '\nOptions that name the service, such as --data and --url: `npm run -s cli -- --help`'
        : '';
    });
}

/** A command may have an option of the same name that means something else, and says so. */
function isServiceOption({ flags, description }: Option): boolean {
  return serviceOptions.some((one) => one.flags === flags && one.description === description);
}

function serviceHelp(): string {
  const help = new Help();
  help.prepareContext({ ...(process.stdout.columns ? { helpWidth: process.stdout.columns } : {}) });
  const width = Math.max(...serviceOptions.map(({ flags }) => flags.length));
  const lines = serviceOptions.map((option) =>
    help.formatItem(option.flags, width, help.optionDescription(option), help),
  );
  return ['', 'Options that name the service, of every command that asks one:', ...lines].join('\n');
}
