import type { Command } from 'commander';
import colors from 'picocolors';
import type { Check } from '../doctor/check.ts';
import { withStorage } from './dry-run.ts';
import { type Place, settingsOf, withPlace } from './open-operator.ts';

/** `doctor`: does everything that a config names exist, answer and take what would be written to it? */
export function addDoctorCommand(program: Command): void {
  withPlace(
    program
      .command('doctor')
      .description('look at everything the service depends on; writes nothing')
      .option('--channels', 'send a test message through every channel')
      .option('--json', 'as JSON on stdout'),
  ).action(async (options: Place & { channels?: true; json?: true }) => {
    const { createDoctor } = await import('../composition-root.ts');
    const { settings, made, close } = await withStorage(await settingsOf(options));
    const found = await createDoctor(settings, options.channels ?? false, AbortSignal.timeout(300_000)).finally(close);
    const checks = found.map((check) => (made && check.of === 'storage' ? noStorage : check));
    process.stdout.write(`${options.json ? JSON.stringify(checks, undefined, 2) : checks.map(lineOf).join('\n')}\n`);
    const faults = checks.filter(({ result }) => result === 'bad').length;
    if (!options.json) process.stdout.write(`${faults === 0 ? 'No fault found.' : `${faults} to put right.`}\n`);
    // Requests that nobody answered leave timers of minutes behind; what is to be said is said.
    process.stdout.write('', () => process.exit(faults > 0 ? 1 : 0));
  });
}

const noStorage: Check = {
  of: 'storage',
  result: 'note',
  text: 'none is named here, so it was not looked at',
  next: 'give --storage or AzureWebJobsStorage to look at that of the service',
};

const labels = { good: colors.green('ok  '), note: colors.yellow('note'), bad: colors.red('BAD ') } as const;

/** One line: what was looked at, what came of it, what to do. */
export function lineOf({ of, result, text, next }: Check): string {
  return `${labels[result]} ${of}: ${text}${next === undefined ? '' : ` -> ${next}`}`;
}
