import type { Controls } from '../ports/controls.ts';
import type { Records } from '../ports/records.ts';
import type { Runs } from '../ports/runs.ts';

/** Runs whose plans are kept before they are recorded, and whose end is kept before they are closed. */
export function recordedRuns(runs: Runs, records: Records): Runs {
  return {
    nextGeneration: () => runs.nextGeneration(),
    request: (message) => runs.request(message),
    requested: (run) => runs.requested(run),
    async record(intent, plans) {
      // What cannot be kept is not done: nothing is written before this.
      await records.keep(`${intent.run}-plans`, { intent, plans });
      return runs.record(intent, plans);
    },
    open: () => runs.open(),
    get: (run) => runs.get(run),
    plan: (run, target) => runs.plan(run, target),
    list: (most) => runs.list(most),
    insertOutcome: (run, outcome) => runs.insertOutcome(run, outcome),
    async close(run, closing) {
      const record = await runs.get(run);
      await records.keep(`${run}-closed`, { run, closing, outcomes: record?.outcomes ?? [] });
      return runs.close(run, closing);
    },
  };
}

/** Words of people that are kept before they count. */
export function recordedControls(controls: Controls, records: Records): Controls {
  return {
    async append(word) {
      await records.keep(`word-${word.id}`, { word });
      return controls.append(word);
    },
    all: () => controls.all(),
  };
}
