import { parseArgs } from 'node:util';
import { cleanUp, testCopy } from './checkout.ts';
import { mutants } from './list.ts';

// Plants each mutant in a copy of the checkout and runs the tests that must notice it: npm run mutants
// One alone: npm run mutants -- --only lane-newer-run
// Several at once, where processors are idle: npm run mutants -- --at-once 3

interface Result {
  readonly name: string;
  readonly result: 'killed' | 'survived';
  readonly seconds: number;
  /** What noticed it. */
  readonly by?: string;
  /** Why it may survive. */
  readonly reason?: string;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '1' },
  },
});
const unknown = values.only.filter((name) => !mutants.some((one) => one.name === name));
if (unknown.length > 0) {
  throw new Error(`expected mutants out of ${mutants.map(({ name }) => name).join(', ')}; got ${unknown.join(', ')}`);
}
const chosen = mutants.filter(({ name }) => values.only.length === 0 || values.only.includes(name));

// Whatever ends it, no copy and no vitest stays behind.
process.once('exit', cleanUp);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const say = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};

const started = performance.now();
// Tests that fail anyway would kill every mutant.
const tests = [...new Set(chosen.flatMap((one) => one.tests))].sort();
const sound = await testCopy(tests);
if (!sound.passed) throw new Error(`expected tests that pass without a mutant; ${sound.failure} fails`);
say(`${tests.length} test files pass without a mutant`);

const results: Result[] = [];
const left = [...chosen];
const atOnce = Math.max(1, Number(values['at-once']) || 1);
await Promise.all(Array.from({ length: atOnce }, workOff));

/** Takes one mutant after the other, until none is left. */
async function workOff(): Promise<void> {
  for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
    const begun = performance.now();
    const { passed, failure } = await testCopy(mutant.tests, mutant);
    const result: Result = {
      name: mutant.name,
      result: passed ? 'survived' : 'killed',
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      ...(failure === undefined ? {} : { by: failure }),
      ...(mutant.survives === undefined ? {} : { reason: mutant.survives }),
    };
    results.push(result);
    say(`${result.result.padEnd(8)} ${result.seconds.toFixed(1).padStart(6)} s  ${mutant.name}: ${noteOf(result)}`);
  }
}

const killed = results.filter(({ result }) => result === 'killed').length;
const missed = results.filter(({ result, reason }) => result === 'survived' && reason === undefined);
const share = Math.round((killed / Math.max(1, results.length)) * 1_000) / 10;
const seconds = Math.round((performance.now() - started) / 1_000);
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ mutants: results.length, killed, share, seconds, results }, undefined, 2)}\n`,
  );
}
say(`${killed} of ${results.length} mutants killed (${share} %) in ${seconds} s`);
if (missed.length > 0) {
  say(`no test notices ${missed.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}

function noteOf({ result, by, reason }: Result): string {
  if (result === 'killed') return reason === undefined ? `${by}` : `${by} (its list says that it survives: ${reason})`;
  return reason ?? 'NO TEST NOTICES IT';
}
