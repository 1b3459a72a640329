import type { Command } from 'commander';
import { visibleIn } from '../core/visible-text.ts';
import type { RequestedRun } from '../run/service.ts';
import { print, type ViewOptions, withJson } from './ask-commands.ts';
import { userName } from './decision-commands.ts';
import { openRemote, settingsOf } from './open-operator.ts';

interface RunOptions extends ViewOptions {
  readonly target?: readonly string[];
}

/** `run`: asks the service for a run. The service makes it, not this process. */
export function addRunCommand(program: Command): void {
  withJson(
    program
      .command('run')
      .description('ask the service for a run, or join the one that is queued')
      .option('--target <id...>', 'of these targets only'),
  ).action(async (options: RunOptions) => print(options, await requestRun(options), showRequested));
}

async function requestRun({ target, ...place }: RunOptions): Promise<RequestedRun> {
  const remote = await openRemote(place);
  if (remote !== undefined) return remote.requestRun(target);
  const settings = await settingsOf(place);
  const [{ createService }, { logLine }] = await Promise.all([
    import('../composition-root.ts'),
    import('../run/context.ts'),
  ]);
  const service = await createService(settings, place.verbose ? logLine : () => {});
  return service.requestRun({
    trigger: 'http',
    by: { name: userName(), how: 'claimed' },
    ...(target === undefined ? {} : { targets: target }),
  });
}

function showRequested(requested: RequestedRun): string {
  const { run, joined, targets } = visibleIn(requested);
  const how = joined ? 'is queued already and covers it' : 'is queued';
  return `Run ${run} ${how}; targets: ${targets.join(', ') || 'none'}. \`status\` shows what became of it.`;
}
