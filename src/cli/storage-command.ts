import type { Command } from 'commander';
import { quantity } from '../messages/format.ts';
import { tableText } from '../text-table.ts';
import { type Place, storedSettingsOf, withPlace } from './open-operator.ts';
import { waitingFor } from './waiting.ts';

/** `storage`: what is kept, how large it is, and what goes next. */
export function addStorageCommand(program: Command): void {
  withPlace(
    program
      .command('storage')
      .description('what is stored: how much of each kind, how old, and what retention removes next')
      .option('--json', 'as JSON on stdout')
      .addHelpText(
        'after',
        `
Reads every row and lists every blob of this instance; changes nothing. docs/data.md says what each kind is.

Examples:
  npm run -s cli -- storage --data ./state
  npm run -s cli -- storage --json | jq '.stored[0]'`,
      ),
  ).action(async ({ json, ...place }: Place & { readonly json?: true }) => {
    const [{ createContext }, { storageReport }] = await Promise.all([
      import('../composition-root.ts'),
      import('../run/tidy.ts'),
    ]);
    const context = await createContext(await storedSettingsOf(place), () => {});
    const report = await waitingFor('counting', storageReport(context));
    if (json) {
      process.stdout.write(`${JSON.stringify(report)}\n`);
      return;
    }
    const { stored, next, retention } = report;
    const sum = stored.reduce((bytes, one) => bytes + one.bytes, 0);
    const rows = stored.map(({ kind, count, bytes, oldest }) => [
      kind,
      String(count),
      megabytes(bytes),
      oldest.slice(0, 10),
    ]);
    const spans = Object.entries(retention).map(([name, span]) => `${name} ${span}`);
    process.stdout.write(
      [
        tableText(['What', 'Number', 'MB', 'Oldest'], [...rows, ['together', '', megabytes(sum), '']], {
          numeric: ['Number', 'MB'],
        }),
        '',
        `Retention: ${spans.join(', ')}.`,
        `The next housekeeping packs ${quantity(next.pack, 'file')} and drops ${quantity(next.drop.length, 'file')}${next.drop.length > 0 ? `: ${next.drop.join(', ')}` : ''}.`,
        `It removes ${quantity(next.pulls, 'pull')} of devices that the config names no more, and ${quantity(next.texts, 'text')} that no row names.`,
        '',
      ].join('\n'),
    );
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
