import { commandOptions, wholeNumber } from '../../src/command-options.ts';
import { nearest } from '../../src/core/nearest.ts';
import { tableText } from '../../src/text-table.ts';
import { promiseNames } from '../histories/promises.ts';
import { parts } from './parts.ts';
import { type PartResult, playPart } from './play-part.ts';

const usage = `Tries to break the service, part by part, and counts what was tried.

npm run torture -- [--seed N] [--minutes M] [--only PART]... [--short] [--json]

  --seed N        draws the cases; a new one each time if absent
  --minutes M     ends after M minutes, shared among the parts; without it each part plays all of its cases
  --only PART     this part; may be given more than once
  --case N        one case of one part, as a finding names it
  --short         as many cases as CI plays
  --json          the counts and findings as JSON on stdout; progress goes to stderr

  of the part histories:
  --histories N   as many; --batch N: so many of one seed (100)
  --path TEXT     one history of a batch, as a finding names it
  --promise TEXT  this promise alone; may be given more than once. --skip TEXT: all but this

Parts:
${parts.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}

Exit code: 0 nothing found, 1 findings, 2 options that cannot be used. What was found: docs/reliability.md`;

const number = { type: 'string' } as const;
const names = { type: 'string', multiple: true, default: [] as string[] } as const;
const values = commandOptions(usage, {
  ...{ seed: number, minutes: number, case: number, histories: number, batch: number, path: number },
  ...{ only: names, promise: names, skip: names },
  short: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});

mustBeOf(
  '--only',
  values.only,
  parts.map(({ name }) => name),
);
mustBeOf('--promise', values.promise, promiseNames);
mustBeOf('--skip', values.skip, promiseNames);
const seed = numberOf('--seed', values.seed, 2 ** 32) ?? Math.floor(Math.random() * 2 ** 31);
const minutes = numberOf('--minutes', values.minutes, 7 * 24 * 60);
const only = numberOf('--case', values.case, 2 ** 32);
const asked = numberOf('--histories', values.histories, 1e9);
const batch = Math.min(numberOf('--batch', values.batch, 1e9) ?? 100, asked ?? Number.POSITIVE_INFINITY);
const ofHistories = asked !== undefined || values.path !== undefined || values.promise.length > 0;
const wanted = values.only.length === 0 && ofHistories ? ['histories'] : values.only;
const chosen = parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (only !== undefined && chosen.length !== 1) refuse(`--case: expected one part with --only, got ${chosen.length}`);

const say = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const options = {
  seed,
  form: values.short ? 'short' : 'long',
  histories: {
    batch,
    promises: values.promise,
    skip: values.skip,
    ...(values.path === undefined ? {} : { path: values.path }),
  },
} as const;
const end = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;

say(`seed ${seed}`);
const results: PartResult[] = [];
for (const [index, part] of chosen.entries()) {
  // A part that ends early leaves its time to those after it.
  const share = (end - performance.now()) / (chosen.length - index);
  const bounds = {
    deadline: performance.now() + share,
    ...(only === undefined ? {} : { only }),
    ...(part.name === 'histories' && asked !== undefined ? { mostCases: Math.ceil(asked / batch) } : {}),
  };
  results.push(await playPart(part, options, bounds, say));
}

if (values.json) process.stdout.write(`${JSON.stringify({ seed, results }, undefined, 2)}\n`);
say(
  tableText(
    ['Part', 'Tried', 'Counted', 'Findings', 'Seconds', 'Ended'],
    results.map(({ part, cases, unit, counts, findings, seconds, ended = '' }) => [
      ...[part, `${cases} ${unit}`],
      Object.entries(counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
      ...[String(findings.length), String(seconds), ended],
    ]),
    { numeric: ['Findings', 'Seconds'] },
  ),
);
// What a part started and could not stop must not keep a clean run alive.
process.exit(results.some(({ findings }) => findings.length > 0) ? 1 : 0);

function numberOf(option: string, text: string | undefined, most: number): number | undefined {
  return text === undefined ? undefined : wholeNumber(option, text, most);
}

function mustBeOf(option: string, given: readonly string[], known: readonly string[]): void {
  for (const name of given.filter((one) => !known.includes(one))) {
    refuse([`${option}: expected one of ${known.join('; ')}; got "${name}"`, nearest(name, known)].join('\n').trim());
  }
}

function refuse(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}
