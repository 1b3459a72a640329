import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { ConfigError } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { bytesBy, drawn, mutant } from './json-mutant.ts';
import { badlyTold } from './messages.ts';
import { type Part, seedOf } from './part.ts';

const root = join(import.meta.dirname, '../..');
const options = { file: 'service-tag-sync.json', kinds: knownKinds, now: new Date('2026-11-22T10:00:00Z') };
/** No config of a few KB takes so long, also on a busy machine. */
const longestMs = 2_000;

/** What the examples leave at its default: how it is judged, when it is written, who is told. */
const more = {
  policy: { tags: { 'Storage.WestEurope': { lossClockDays: 60 } } },
  channels: {
    log: { kind: 'log' },
    ops: { kind: 'teams', url: { $env: 'TEAMS_URL' }, only: { severity: 'info' } },
    hook: { kind: 'webhook', url: 'https://hooks.contoso.example/in', quietHours: quiet() },
  },
  registries: { contoso: { loginServer: 'contoso.azurecr.io', regions: ['westeurope'] } },
  source: { kind: 'mirrors', urls: ['https://mirror.contoso.example/ServiceTags_Public.json'] },
  retention: { publicationDays: 400 },
};

function quiet() {
  return { from: '18:00', to: '07:00', timeZone: 'Europe/Berlin', wholeDays: ['sat', 'sun'] };
}

/** Documents with some members of a sound config changed, each checked as a start of the service checks it. */
export const badConfigs: Part = {
  name: 'bad-configs',
  about: 'mutants of sound configs are refused with place, expected and got, or mean the same however they are written',
  unit: 'mutants',
  cases: { short: 500, long: 20_000 },
  async open({ seed }) {
    const counts = { refused: 0, taken: 0 };
    const damaged = fc.tuple(fc.constantFrom(...soundConfigs()), mutant);
    const followsSchema = schemaCheck();
    return {
      async play(index) {
        const [document, edits] = drawn(damaged, seedOf(seed, index));
        const text = Buffer.from(bytesBy(edits, document)).toString('utf8');
        const started = performance.now();
        const result = checked(text);
        const took = performance.now() - started;
        counts[result instanceof ConfigError ? 'refused' : 'taken'] += 1;
        const problems = result instanceof ConfigError ? badlyRefused(result) : badlyTaken(text, result, followsSchema);
        if (took > longestMs) problems.push(`expected an answer within ${longestMs} ms, got it after ${took}`);
        return problems.map((one) => ({ text: one }));
      },
      counts: () => counts,
    };
  },
};

/** Every example, as it is and with what it leaves at its default. */
function soundConfigs(): object[] {
  const folder = join(root, 'docs/examples');
  const examples = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const files = [join(root, 'service-tag-sync.example.json'), ...examples.map((file) => join(folder, file))];
  const plain = files.map((file) => parse(readFileSync(file, 'utf8')) as object);
  const all = [...plain, ...plain.map((one) => ({ ...more, ...one })), ...plain.map((one) => ({ ...one, ...more }))];
  return all.filter((one) => !(checked(JSON.stringify(one)) instanceof ConfigError));
}

function checked(text: string): ReturnType<typeof parseConfig> | ConfigError {
  try {
    return parseConfig(text, options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function schemaCheck(): ValidateFunction {
  const schema = readFileSync(join(root, 'docs/service-tag-sync.schema.json'), 'utf8');
  return new Ajv2020.default({ strict: false, validateFormats: false }).compile(JSON.parse(schema));
}

function badlyRefused({ issues }: ConfigError): string[] {
  const placeless = issues.filter(({ line, column }) => !(Number(line) >= 1 && Number(column) >= 1));
  return [
    ...badlyTold(issues),
    ...placeless.map((issue) => `an issue has no line and column: ${JSON.stringify(issue).slice(0, 400)}`),
  ];
}

/** What is wrong with a config that was taken: the schema says what is, and order and white space mean nothing. */
function badlyTaken(text: string, { hash }: ReturnType<typeof parseConfig>, followsSchema: ValidateFunction): string[] {
  const value: unknown = parse(text);
  const turned = checked(JSON.stringify(turnedAround(value)));
  return [
    ...(followsSchema(value) ? [] : [`taken against its schema: ${JSON.stringify(followsSchema.errors?.[0])}`]),
    ...(turned instanceof ConfigError || turned.hash !== hash ? ['it means something else in another order'] : []),
  ];
}

function turnedAround(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedAround);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, turnedAround(member)])
      .toReversed(),
  );
}
