import fc from 'fast-check';
import { everyHistory } from '../histories/play.ts';
import { type PromiseName, promiseNames } from '../histories/promises.ts';
import type { Part } from './part.ts';

/** Batches of random histories, played in memory; the seed of a batch is that of the command and its number. */
export const histories: Part = {
  name: 'histories',
  about: 'random histories of publications, edits, decisions and deaths keep every promise (docs/testing.md)',
  unit: 'batches',
  cases: { short: 1, long: 1_000 },
  async open({ seed, histories: { batch, path, promises, skip } }) {
    const property = everyHistory(skippedOf(promises, skip));
    let played = 0;
    return {
      async play(index) {
        const own = seed + index;
        const result = await fc.check(property, { numRuns: batch, seed: own, ...(path === undefined ? {} : { path }) });
        played += result.numRuns;
        const text = fc.defaultReportMessage(result);
        if (text === undefined) return [];
        const repeat = `--seed ${own} --path ${result.counterexamplePath ?? '0'} --histories 1`;
        return [{ text: `${text}\n${String(result.errorInstance)}`, repeat }];
      },
      counts: () => ({ histories: played }),
    };
  },
};

function skippedOf(only: readonly string[], skip: readonly string[]): ReadonlySet<PromiseName> {
  return new Set(promiseNames.filter((name) => skip.includes(name) || (only.length > 0 && !only.includes(name))));
}
