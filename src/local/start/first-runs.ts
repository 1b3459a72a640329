import { setTimeout as sleep } from 'node:timers/promises';
import { dayMs } from '../../core/calendar.ts';
import type { RunView } from '../../run/service.ts';
import type { ChosenRuns } from './choose-runs.ts';
import type { LocalApi } from './connection.ts';
import { editByHand } from './hand-edit.ts';
import { type LocalService, set } from './local-service.ts';
import { type FileFacts, factsOf, isDoneWith } from './publication-runs.ts';

/** A run that has ended, and the file it was given, if it was given one. */
export interface EndedRun {
  readonly run: RunView;
  readonly given: FileFacts | undefined;
  /** Where that file is; absent where it is the one of the run before. */
  readonly path?: string;
}

interface FirstRunsOptions {
  /** Told of each run that begins. */
  readonly progress: (text: string) => void;
  /** Told of what becomes of it and of its targets. */
  readonly detail: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The runs of a start, each yielded as it ends: first the one that a killed process left open, then one for each file
 * that no run has been over, the last file in any case; or a single one over the config's source. Every file is run at
 * its own date.
 */
export async function* firstRuns(
  local: LocalService,
  chosen: ChosenRuns,
  options: FirstRunsOptions,
): AsyncGenerator<EndedRun> {
  const { store, host, folder } = local;
  const files = chosen.kind === 'files' ? await filesToRun(local, chosen) : [];
  if (chosen.kind === 'files') {
    await folder.setOrigin(chosen.via === 'sample' ? 'sample' : 'real');
    useFile(chosen.via, files[0]);
  }
  if (chosen.via === 'sample') keepTelemetryHere();
  // Messages left by a killed process are worked on from here, so the settings for them must be set.
  const open = await store.runs.open();
  if (open !== undefined) {
    const { run, startedAt } = open.intent;
    options.progress(`going on with run ${run}, which was left open`);
    const then = { SERVICE_TAG_SYNC_NOW: startedAt };
    if (chosen.kind === 'files') set(then);
    await host.startQueues();
    // At its own time: for the clock of today it would have been silent for long, and given up.
    await (await local.service(then)).runMaintenance();
    yield { run: await closed(local, run, options), given: undefined };
  }
  await host.startQueues();

  if (chosen.kind === 'files') {
    for (const file of files) {
      useFile(chosen.via, file);
      options.detail(`${file.facts.file} (${file.now.slice(0, 10)})`);
      yield { run: await requestAndAwait(local, options), given: file.facts, path: file.path };
    }
    if (chosen.via === 'sample') yield* afterHandEdit(local, files, options);
    return;
  }
  const run = await requestAndAwait(local, options);
  if (run.publication !== undefined) await folder.setOrigin(chosen.via === 'sample' ? 'sample' : 'real');
  yield { run, given: undefined };
}

interface FileToRun {
  readonly path: string;
  /** Whether no run has been over it. */
  readonly isNew: boolean;
  /** The time at which the run takes place, ISO 8601. */
  readonly now: string;
  readonly facts: FileFacts;
}

async function filesToRun(
  { config, store, ledger, service }: LocalService,
  { files, via }: ChosenRuns & { kind: 'files' },
): Promise<FileToRun[]> {
  const inForce = await ledger();
  const [newest] = via === 'sample' ? await (await service()).runs(1) : [];
  const toRun: FileToRun[] = [];
  let date = inForce?.accepted?.date;
  for (const [index, path] of files.entries()) {
    const facts = await factsOf(path, config.cloud);
    // A file without a date takes place when the one before it did.
    date = facts.date ?? date;
    const last = index === files.length - 1;
    const isNew = !(await isDoneWith(facts, store.publications, inForce));
    if (!last && !isNew) continue;
    const dated = date === undefined ? new Date().toISOString() : `${date}T00:00:00.000Z`;
    // In the weeks of the sample time goes on, over all starts.
    const now = !isNew && newest?.startedAt !== undefined && newest.startedAt > dated ? newest.startedAt : dated;
    toRun.push({ path, now, facts, isNew });
  }
  return toRun;
}

/** The target that fills an IP group, by the beginning of its name. */
function targetOf({ targets }: LocalService['config'], group: string): string | undefined {
  return Object.entries(targets).find(
    ([, { kind, settings }]) => kind === 'ip-group' && 'name' in settings && group.startsWith(`${settings.name}-`),
  )?.[0];
}

/** The sample's last step: somebody edits a firewall a day after the last file, and the service runs as usual. */
async function* afterHandEdit(
  local: LocalService,
  files: readonly FileToRun[],
  options: FirstRunsOptions,
): AsyncGenerator<EndedRun> {
  const last = files.at(-1);
  if (!last?.isNew) return;
  const edit = await editByHand(local.servers);
  if (edit === undefined) return;
  const now = new Date(Date.parse(last.now) + dayMs).toISOString();
  useFile('sample', { ...last, now });
  const target = targetOf(local.config, edit.resource);
  options.progress(
    `Somebody edits the IP group ${edit.resource}${target === undefined ? '' : `, of ${target}`}: ${edit.takenOut} out, ${edit.putIn} in`,
  );
  yield { run: await requestAndAwait(local, options), given: last.facts };
}

/** Makes every run look at one file, at the date of that file. */
export function useFile(via: string, file: Pick<FileToRun, 'path' | 'now'> | undefined): void {
  set({
    SERVICE_TAG_SYNC_PUBLICATION: file?.path,
    SERVICE_TAG_SYNC_PUBLICATION_VIA: file && via,
    SERVICE_TAG_SYNC_NOW: file?.now,
  });
}

/** Telemetry of made-up runs would mix with that of real ones. */
export function keepTelemetryHere(): void {
  set({ APPLICATIONINSIGHTS_CONNECTION_STRING: undefined });
}

async function requestAndAwait(local: LocalService, options: FirstRunsOptions): Promise<RunView> {
  const { run } = await local.api.requestRun();
  return closed(local, run, options);
}

function closed(local: LocalService, run: string, { detail, signal }: FirstRunsOptions): Promise<RunView> {
  return awaitClosed(local.api, run, {
    progress: (text) => detail(`  ${text}`),
    signal,
    fault: local.fault,
    maintain: async () => (await local.service()).runMaintenance(),
  });
}

interface AwaitOptions {
  /** Told of each change in the status of the run or one of its targets. */
  readonly progress: (text: string) => void;
  /** Why the run can no longer end, if so: its message was given up. */
  readonly fault: () => string | undefined;
  /** Called every minute, as the maintenance timer would be. */
  readonly maintain: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Short runs are seen soon, and long ones are not slowed down by being looked at. */
const firstLookMs = 100;
const longestLookMs = 500;
const maintenanceMs = 60_000;

/** Waits until a run is closed. Throws if it cannot end any more, and the signal's reason once that is aborted. */
async function awaitClosed(api: LocalApi, id: string, options: AwaitOptions): Promise<RunView> {
  const told = new Map<string, string>();
  function tell(subject: string, status: string): void {
    if (told.get(subject) === status) return;
    told.set(subject, status);
    options.progress(`${subject} ${status}`);
  }
  let waited = 0;
  for (let wait = firstLookMs; ; wait = Math.min(wait * 1.5, longestLookMs)) {
    options.signal.throwIfAborted();
    const view = await api.run(id);
    const queued = view.status === 'queued';
    if (!queued) for (const target of view.targets) tell(target.id, target.status);
    if (!queued && view.status !== 'running') return view;
    if (queued || view.targets.length === 0) tell('run', view.status);
    const fault = options.fault();
    if (fault !== undefined) throw new Error(`Run ${id} cannot go on: ${fault}`);
    await sleep(wait, undefined, { signal: options.signal });
    waited += wait;
    if (waited < maintenanceMs) continue;
    waited = 0;
    await options.maintain();
  }
}
