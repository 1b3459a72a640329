import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyHistory } from './play.ts';

// The same histories each time, so that a change is judged by what it changed: `npm run torture -- --only histories` draws others.
const { HISTORIES: histories = '300', FC_SEED: given = '20261129', FC_PATH: path } = process.env;

test('every history keeps every promise', { timeout: 1_200_000 }, async () => {
  const seed = Number(given);
  const started = performance.now();
  const result = await fc.check(everyHistory(), {
    numRuns: Number(histories),
    seed,
    ...(path === undefined ? {} : { path }),
  });
  const each = ((performance.now() - started) / Math.max(1, result.numRuns)).toFixed(1);
  process.stdout.write(`${result.numRuns} histories, ${each} ms each, FC_SEED=${seed}\n`);
  expect(fc.defaultReportMessage(result)).toBeUndefined();
});
