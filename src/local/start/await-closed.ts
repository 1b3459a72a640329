import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../../run/service.ts';
import type { LocalApi } from './local-api.ts';

export interface AwaitOptions {
  /** Told of each change in the status of the run or one of its targets. */
  readonly progress: (text: string) => void;
  /** Why the run can no longer end, if so: its message was given up. */
  readonly fault: () => string | undefined;
  /** Called every minute, as the housekeeping timer would be. */
  readonly keepHouse: () => Promise<void>;
  readonly signal: AbortSignal;
}

const lookMs = 100;
const looksPerMinute = 600;

/** Waits until a run is closed. Throws if it cannot end any more, and the signal's reason once that is aborted. */
export async function awaitClosed(api: LocalApi, id: string, options: AwaitOptions): Promise<RunView> {
  const told = new Map<string, string>();
  function tell(subject: string, status: string): void {
    if (told.get(subject) === status) return;
    told.set(subject, status);
    options.progress(`${subject} ${status}`);
  }
  for (let looks = 1; ; looks += 1) {
    options.signal.throwIfAborted();
    const view = await api.run(id);
    for (const target of view.targets) tell(target.id, target.status);
    if (view.status !== 'queued' && view.status !== 'running') return view;
    if (view.targets.length === 0) tell('run', view.status);
    const fault = options.fault();
    if (fault !== undefined) throw new Error(`Run ${id} cannot go on: ${fault}`);
    if (looks % looksPerMinute === 0) await options.keepHouse();
    await sleep(lookMs, undefined, { signal: options.signal });
  }
}
