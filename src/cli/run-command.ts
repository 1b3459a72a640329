import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { visibleIn } from '../core/visible-text.ts';
import { RequestError, type RequestedRun } from '../run/service.ts';
import { print, type ViewOptions, withJson } from './ask-commands.ts';
import { userName } from './decision-commands.ts';
import { openOperator, openRemote, storedSettingsOf } from './open-operator.ts';
import { withDetailedExitCode } from './plan-command.ts';
import { showRun } from './show-changes.ts';
import type { PlanOptions } from './show-plan.ts';

interface RunOptions extends ViewOptions, PlanOptions {
  readonly target?: readonly string[];
  readonly dryRun?: boolean;
  readonly follow: boolean;
}

/** `run`: asks the service for a run, which the service makes, not this process, and follows it; with an id: shows one. */
export function addRunCommand(program: Command): void {
  withDetailedExitCode(
    withJson(
      program
        .command('run')
        .description('start a run, or join the one that is queued, and follow it; with an id: show that run')
        .argument('[id]', 'a run that `runs` lists: its plans in short, verdicts and outcomes')
        .option('--target <id...>', 'of these targets only')
        .option('--dry-run', 'what it would do, as `plan` shows it; nothing is written')
        .option('--no-follow', 'do not wait for its end: print its id, for scripts that come back')
        .addHelpText(
          'after',
          `
Examples:
  npm run -s cli -- run --target hub
  npm run -s cli -- run --no-follow --json
  npm run -s cli -- run --dry-run --target hub --detailed-exitcode
  npm run -s cli -- run 20240115t080000z-1a2b3c4d`,
        ),
    ),
  ).action(run);
}

async function run(id: string | undefined, { dryRun, detailedExitcode, ...options }: RunOptions): Promise<void> {
  if (dryRun) {
    if (id !== undefined)
      throw new UsageError(`expected --dry-run without the id of a run, got both: \`run ${id}\` shows it`);
    const { showDryRun } = await import('./show-plan.ts');
    const { target, ...place } = options;
    return showDryRun({ ...place, ...(detailedExitcode ? { detailedExitcode } : {}) }, target);
  }
  if (detailedExitcode)
    throw new UsageError('expected --detailed-exitcode with --dry-run: what a run does tells its own exit code');
  if (id !== undefined) return showOne(id, options);
  const requested = await requestRun(options);
  if (!options.follow) return print(options, requested, showRequested);
  process.stderr.write(`${showRequested(requested)}\n`);
  const { followRun } = await import('./follow-run.ts');
  const { report, code } = await followRun(await openOperator(options), requested.run);
  print(options, report, showRun);
  process.exitCode = code;
}

async function showOne(id: string, { target, ...options }: RunOptions): Promise<void> {
  if (target !== undefined) {
    throw new UsageError(`expected --target without the id of a run, got both: \`run ${id}\` shows all of its targets`);
  }
  const report = await (await openOperator(options)).run(id);
  if (report === undefined) throw new RequestError(`no run has the id ${id}: \`runs\` lists them`);
  print(options, report, showRun);
}

async function requestRun({ target, ...place }: RunOptions): Promise<RequestedRun> {
  const remote = await openRemote(place);
  if (remote !== undefined) return remote.requestRun(target);
  const settings = await storedSettingsOf(place);
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
  return `Run ${run} ${how}; targets: ${targets.join(', ') || 'none'}. \`run ${run}\` shows what became of it.`;
}
