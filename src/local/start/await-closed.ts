import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../../run/service.ts';
import type { LocalApi } from './local-api.ts';

interface AwaitOptions {
  /** Told of each change in the status of the run or one of its targets. */
  readonly progress: (text: string) => void;
  /** Why the run can no longer end, if so: its message was given up. */
  readonly fault: () => string | undefined;
  /** Called every minute, as the housekeeping timer would be. */
  readonly keepHouse: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Short runs are seen soon, and long ones are not slowed down by being looked at. */
const firstLookMs = 100;
const longestLookMs = 500;
const housekeepingMs = 60_000;

/** Waits until a run is closed. Throws if it cannot end any more, and the signal's reason once that is aborted. */
export async function awaitClosed(api: LocalApi, id: string, options: AwaitOptions): Promise<RunView> {
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
    if (waited < housekeepingMs) continue;
    waited = 0;
    await options.keepHouse();
  }
}
