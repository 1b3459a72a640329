import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyHistory } from './play.ts';
import type { PromiseName } from './promises.ts';

/** Kept by every history, short of what issue 12 names: each of these is held as soon as its rows are mended. */
const notYetKept: ReadonlySet<PromiseName> = new Set<PromiseName>([
  'what waits, waits',
  'what is open is said',
  'causes are true',
  'foreign entries are told',
  'foreign entries hide nothing',
  'what failed is healed',
  'requests are covered',
  'an egress path is put back',
  // What was not put right is forgotten, and put right by a later run: rows 2 and 9 again.
  'two quiet runs say the same',
]);

const { HISTORIES: histories = '2000', FC_SEED: given, FC_PATH: path } = process.env;

test('every history keeps every promise', { timeout: 1_200_000 }, async () => {
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  const started = performance.now();
  const result = await fc.check(everyHistory(notYetKept), {
    numRuns: Number(histories),
    seed,
    ...(path === undefined ? {} : { path }),
  });
  const each = ((performance.now() - started) / Math.max(1, result.numRuns)).toFixed(1);
  process.stdout.write(`${result.numRuns} histories, ${each} ms each, FC_SEED=${seed}\n`);
  expect(fc.defaultReportMessage(result)).toBeUndefined();
});
