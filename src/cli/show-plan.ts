import { readFile } from 'node:fs/promises';
import { proposedChange } from '../core/plan/proposed-change.ts';
import { visibleIn } from '../core/visible-text.ts';
import {
  detailedExitCode,
  exitCodeOfDryRun,
  previewOfDryRun,
  reportDryRun,
  showPreview,
} from '../local/start/dry-run-report.ts';
import { previewCsv, previewMarkdown } from '../messages/preview.ts';
import { changeTicketCsv, changeTicketMarkdown } from '../messages/ticket.ts';
import type { Operator, PreviewRequest } from '../operator/operator.ts';
import { type DryRun, RequestError } from '../run/service.ts';
import { askService, openRemote, type Place, readConfigFile, settingsOf, withStorage } from './open-operator.ts';
import type { RemotePlace } from './remote-place.ts';
import { waitingFor } from './waiting.ts';

/** How a plan is printed, and what the exit code says. */
export interface PlanOptions extends Place, RemotePlace {
  readonly format?: 'markdown' | 'csv' | 'json';
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

/**
 * The plan of a run from here, with the signed-in identity; nothing needs to be deployed, and nothing is written.
 * Without the storage of a service this is the plan of its very first run. With a URL the service there makes it, by its own
 * rights.
 */
export async function showDryRun(
  { format, json, detailedExitcode, ...place }: PlanOptions,
  targets?: readonly string[],
): Promise<void> {
  // A named config must be valid: the last good one would lead to another plan.
  if (place.config !== undefined) await readConfigFile(place.config);
  const { config, ...without } = place;
  const remote = await openRemote(config !== undefined && place.url !== undefined ? without : place);
  const text = remote === undefined || config === undefined ? undefined : await readFile(config, 'utf8');
  const dryRun = await waitingFor(
    'planning',
    remote === undefined ? dryRunHere(place, targets) : remote.dryRun(text, targets),
  );
  const before =
    config === undefined
      ? undefined
      : await waitingFor('planning by the config in force', dryRunInForce(place, targets));
  const preview = previewOfDryRun(dryRun, before);
  const texts = {
    json: () => `${JSON.stringify(dryRun, undefined, 2)}\n`,
    csv: () => previewCsv(preview),
    markdown: () => previewMarkdown(visibleIn(preview)),
    text: () => `${reportDryRun(visibleIn(dryRun), before && visibleIn(before))}\n`,
  };
  process.stdout.write(texts[json ? 'json' : (format ?? 'text')]());
  process.exitCode = detailedExitcode ? detailedExitCode(preview) : exitCodeOfDryRun(dryRun);
}

/** The same by the config in force, where the service has one: what an edit changes is the difference. */
async function dryRunInForce(
  { config: _, ...place }: Place & RemotePlace,
  targets: readonly string[] | undefined,
): Promise<DryRun | undefined> {
  const remote = await openRemote(place);
  if (remote !== undefined) return remote.dryRun(undefined, targets);
  return place.data === undefined ? undefined : dryRunHere(place, targets);
}

async function dryRunHere(place: Place, targets: readonly string[] | undefined): Promise<DryRun> {
  const { settings, made, close } = await withStorage(await settingsOf(place));
  try {
    const { createService } = await import('../composition-root.ts');
    if (made) process.stderr.write(veryFirst);
    const { logLine } = await import('../run/context.ts');
    const service = await createService(settings, place.verbose ? logLine : () => {});
    return await service.dryRun({ trigger: 'start', ...(targets === undefined ? {} : { targets }) });
  } finally {
    await close();
  }
}

const veryFirst =
  'No storage is named: this is the plan of a very first run, over empty state in memory. --data DIR or --storage-file plans for the service there.\n';

/** A recorded plan, as a change ticket. Throws RequestError where there is none. */
export async function showPlan(id: string, { format, json, detailedExitcode, ...place }: PlanOptions): Promise<void> {
  const plan = await askService('reading the plan', place, (operator) => operator.plan(id));
  if (plan === undefined) {
    throw new RequestError(
      `no recorded plan is ${id}: expected RUN/TARGET (\`status\` lists targets and the last run), or one of its parts (\`todo\` lists those that wait)`,
    );
  }
  const texts = {
    markdown: changeTicketMarkdown,
    csv: changeTicketCsv,
    json: (view: typeof plan) => `${JSON.stringify(view, null, 2)}\n`,
  };
  process.stdout.write(texts[json ? 'json' : (format ?? 'markdown')](plan));
  if (detailedExitcode) {
    const change = proposedChange(plan.plan);
    process.exitCode = detailedExitCode({ decisions: [], targets: [change], sums: change.sums });
  }
}

/** What a decision would do, in place of recording it. */
export async function printPreview(
  operator: Operator,
  request: PreviewRequest,
  { format, json, detailedExitcode }: Pick<PlanOptions, 'format' | 'json' | 'detailedExitcode'>,
): Promise<void> {
  const preview = await waitingFor('planning', operator.preview(request));
  const texts = {
    json: () => `${JSON.stringify(preview, undefined, 2)}\n`,
    csv: () => previewCsv(preview),
    markdown: () => previewMarkdown(visibleIn(preview)),
    text: () => `${showPreview(visibleIn(preview))}\nNothing was recorded. Without --preview the decision is.\n`,
  };
  process.stdout.write(texts[json ? 'json' : (format ?? 'text')]());
  if (detailedExitcode) process.exitCode = detailedExitCode(preview);
}
