import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { everyHistory } from './play.ts';
import { type PromiseName, promiseNames } from './promises.ts';

// Many histories, in batches with a seed each: npm run torture -- --histories 100000
// One again, with what is wrong made small:  npm run torture -- --seed 51 --path 0 --histories 1
// Some promises alone:                       npm run torture -- --only "requests are covered"

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '100000' },
    batch: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    path: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    skip: { type: 'string', multiple: true, default: [] },
  },
});

const { only, skip, path } = values;
const unknown = [...only, ...skip].filter((name) => !promiseNames.some((one) => one === name));
if (unknown.length > 0) {
  throw new Error(`expected promises out of ${promiseNames.join('; ')}; got ${unknown.join('; ')}`);
}
const skipped = new Set<PromiseName>(
  promiseNames.filter((name) => skip.includes(name) || (only.length > 0 && !only.includes(name))),
);
const property = everyHistory(skipped);
const [histories, batch, first] = [values.histories, values.batch, values.seed].map(Number) as [number, number, number];

for (let done = 0, seed = first; done < histories; seed++) {
  const started = performance.now();
  const numRuns = Math.min(batch, histories - done);
  const result = await fc.check(property, { numRuns, seed, ...(path === undefined ? {} : { path }) });
  done += numRuns;
  const each = ((performance.now() - started) / numRuns).toFixed(1);
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  process.stdout.write(`${done} histories, seed ${seed}, ${each} ms each, ${memory} MiB\n`);
  const report = fc.defaultReportMessage(result);
  if (report !== undefined) {
    process.stdout.write(`${report}\n${String(result.errorInstance)}\n`);
    process.exitCode = 1;
    break;
  }
}
