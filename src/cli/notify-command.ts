import type { Command } from 'commander';
import colors from 'picocolors';
import { UsageError } from '../core/errors.ts';
import { type Log, logLine } from '../run/context.ts';
import { type ChannelTest, RequestError } from '../run/service.ts';
import { withStorage } from './dry-run.ts';
import { type Place, settingsOf, withPlace } from './open-operator.ts';
import { readConfigFile } from './read-config-file.ts';

/** `notify test`: does a notice arrive? Sent at once and past the outbox, so nothing is recorded. */
export function addNotifyCommand(program: Command): void {
  const notify = program.command('notify').description('the channels of the config, see `notify test --help`');
  withPlace(
    notify
      .command('test')
      .description('send a test notice through every channel, or those that are named')
      .argument('[channel...]', 'ids of channels, as the config has them')
      .option('--json', 'as JSON on stdout'),
  ).action(testNotice);
}

async function testNotice(ids: string[], options: Place & { readonly json?: true }): Promise<void> {
  const tests = await send(ids, options);
  if (options.json) process.stdout.write(`${JSON.stringify(tests, undefined, 2)}\n`);
  else if (tests.length > 0) process.stdout.write(`${tests.map(lineOf).join('\n')}\n`);
  else process.stderr.write('The config has no channel, so nothing was sent and nobody is told anything.\n');
  if (tests.length === 0 || tests.some(({ ok }) => !ok)) process.exitCode = 1;
}

async function send(ids: readonly string[], place: Place): Promise<readonly ChannelTest[]> {
  // A config that is named must be good; the last good one may have other channels.
  if (place.config !== undefined) await readConfigFile(place.config);
  const { settings, close } = await withStorage(await settingsOf(place));
  try {
    const { createService } = await import('../composition-root.ts');
    // The line of a channel of kind log is what it sends; here it is all there is to see of it.
    const log: Log = (message, fields) => {
      if (place.verbose || message === 'notice') logLine(message, fields);
    };
    return await (await createService(settings, log)).testChannels(ids.length === 0 ? undefined : ids);
  } catch (error) {
    if (error instanceof RequestError) throw new UsageError(error.message);
    throw error;
  } finally {
    await close();
  }
}

function lineOf({ channel, kind, ok, text }: ChannelTest): string {
  return `${ok ? colors.green('ok  ') : colors.red('BAD ')} ${channel} (${kind}): ${text}${ok ? '' : ' (a test is sent once)'}`;
}
