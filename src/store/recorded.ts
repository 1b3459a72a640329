import type { Runs } from '../ports/runs.ts';
import type { Controls, Records } from '../ports/store.ts';

/** Runs whose plans are kept before they are recorded, and whose end is kept before they are closed. */
export function recordedRuns(runs: Runs, records: Records): Runs {
  return over(runs, {
    async record(intent, plans) {
      // What cannot be kept is not done: nothing is written before this.
      await records.keep(`${intent.run}-plans`, { intent, plans });
      return runs.record(intent, plans);
    },
    async close(run, closing) {
      const record = await runs.get(run);
      await records.keep(`${run}-closed`, { run, closing, outcomes: record?.outcomes ?? [] });
      return runs.close(run, closing);
    },
  });
}

/** Words of people that are kept before they count. */
export function recordedControls(controls: Controls, records: Records): Controls {
  return over(controls, {
    async append(word) {
      await records.keep(`word-${word.id}`, { word });
      return controls.append(word);
    },
  });
}

/** An object of which some methods are others. */
function over<T extends object>(of: T, methods: Partial<T>): T {
  return new Proxy(of, {
    get(target, key) {
      const own: unknown = Reflect.get(methods, key);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
