import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { type ConfigIssue, issueText } from '../config/issue.ts';
import type { Kinds } from '../config/schema.ts';
import { UsageError } from '../core/errors.ts';
import { modes } from '../core/plan/plan-types.ts';
import { clouds } from '../core/publication/catalog.ts';
import type { Check } from '../doctor/check.ts';
import { webAddress } from '../local/start/options.ts';
import { quantity } from '../messages/format.ts';
import { lineOf } from './check-commands.ts';
import { withStorage } from './open-operator.ts';
import { waitingFor } from './waiting.ts';

interface Wanted {
  readonly instance?: string;
  readonly cloud: string;
  readonly registry?: readonly string[];
  readonly tag?: readonly string[];
  readonly kind?: string;
  readonly mode: string;
  readonly set?: readonly (readonly [string, string])[];
  readonly look: boolean;
  readonly arm?: string;
  readonly json?: true;
}

const repeated = (value: string, all: readonly string[] = []) => [...all, value];

/** `init`: a first config from flags, and from questions on a terminal. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('write a first config, then check which of its resources exist')
    .argument('[file]', 'the config to write; never over another one', 'service-tag-sync.json')
    .option('--instance <name>', 'name of this installation')
    .addOption(new Option('--cloud <cloud>', 'the cloud').choices([...clouds]).default('Public'))
    .option('--registry <id>', 'resource id of a container registry that the list follows; may be repeated', repeated)
    .option('--tag <name>', 'a service tag beside it, such as Storage.WestEurope; may be repeated', repeated)
    .option('--kind <kind>', 'kind of the target (docs/targets.md); another text is answered with those that there are')
    .addOption(new Option('--mode <mode>', 'what the service may do to it').choices([...modes]).default('report-only'))
    .option('--set <name=value>', 'a setting of that kind, such as resourceGroup=rg-network; may be repeated', pair)
    .option('--arm <url>', 'its Resource Manager, if not that of the cloud', webAddress)
    .option('--no-look', 'do not check which resources exist')
    .option('--json', 'as JSON on stdout: the file, its notes, what the check found')
    .action(init);
}

async function init(file: string, wanted: Wanted): Promise<void> {
  const ask = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const [{ knownKinds }, { parseConfig }] = await Promise.all([
    import('../config/load.ts'),
    import('../config/parse.ts'),
  ]);
  let notes: readonly ConfigIssue[];
  try {
    const text = `${JSON.stringify(await configFor(wanted, knownKinds, ask), undefined, 2)}\n`;
    // Only a valid config is written.
    ({ notes } = parseConfig(text, { file, kinds: knownKinds, now: new Date() }));
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new UsageError(`${file} exists already. Name another file.`);
    }
    throw error;
  } finally {
    ask?.close();
  }
  const say = (text: string) => wanted.json || process.stdout.write(`${text}\n`);
  say(`${file} is written. Its target is in mode ${wanted.mode}.`);
  for (const note of notes) say(issueText(note));
  const checks = wanted.look ? await waitingFor('looking at Azure', look(file, wanted.arm)) : [];
  for (const check of checks) say(lineOf(check));
  const faults = checks.filter(({ result }) => result === 'bad').length;
  const next = `npm run -s cli -- ${faults === 0 ? 'plan' : 'doctor'} --config ${file}`;
  if (faults === 0) say(`Next: ${next}`);
  else say(`${quantity(faults, 'fault')} to fix, marked BAD above; then check again: ${next}`);
  if (wanted.json) process.stdout.write(`${JSON.stringify({ file, mode: wanted.mode, notes, checks, next })}\n`);
  if (faults > 0) process.exitCode = 1;
}

async function configFor(
  wanted: Wanted,
  { targets }: Kinds,
  ask: ReturnType<typeof createInterface> | undefined,
): Promise<object> {
  const missing: string[] = [];
  const answer = async (flag: string, given: string | undefined, question: string): Promise<string> => {
    const value = given ?? (await ask?.question(`${question}: `))?.trim();
    if (!value) missing.push(`  ${flag}  ${question}`);
    return value ?? '';
  };
  const needAll = () => {
    if (missing.length > 0) throw new UsageError(`expected these options as well:\n${missing.join('\n')}`);
  };
  const instance = await answer('--instance', wanted.instance, 'Name of this installation');
  const { registry = [], tag = [], set = [] } = wanted;
  const registries = [...registry];
  if (registries.length + tag.length === 0) {
    registries.push(await answer('--registry or --tag', undefined, 'Resource id of the container registry'));
  }
  const kinds = targets.map(({ kind }) => kind).join(', ');
  const kind = await answer('--kind', wanted.kind, `Kind of the target (${kinds})`);
  if (kind === '') needAll();
  const definition = targets.find((one) => one.kind === kind);
  if (!definition) throw new UsageError(`expected a kind out of ${kinds}, got ${kind}`);
  const given = new Map(set);
  const settings: Record<string, unknown> = Object.fromEntries(
    [...given].map(([name, value]) => [name, readValue(value)]),
  );
  for (const [name, field] of Object.entries(definition.schema.shape as Record<string, z.ZodType>)) {
    if (given.has(name) || field._zod.optin === 'optional' || field.safeParse(undefined).success) continue;
    settings[name] = readValue(await answer(`--set ${name}=...`, undefined, field.description ?? name));
  }
  needAll();
  const named = registries.map((resourceId, index) => [
    (resourceId.split('/').at(-1) ?? '').toLowerCase().replace(/[^a-z0-9-]/g, '') || `registry-${index + 1}`,
    { resourceId },
  ]);
  return {
    $schema: './docs/service-tag-sync.schema.json',
    schema: 1,
    instance,
    cloud: wanted.cloud,
    ...(named.length > 0 ? { registries: Object.fromEntries(named) } : {}),
    lists: {
      registries: {
        ...(named.length > 0 ? { registries: named.map(([name]) => ({ registry: name, part: 'all' })) } : {}),
        ...(tag.length > 0 ? { tags: tag } : {}),
      },
    },
    targets: { [kind]: { kind, mode: wanted.mode, list: 'registries', ...settings } },
  };
}

/** Which resources of the config exist, as `doctor` finds them. */
async function look(file: string, arm: string | undefined): Promise<readonly Check[]> {
  const { settings, close } = await withStorage({
    ...process.env,
    SERVICE_TAG_SYNC_CONFIG: file,
    ...(arm === undefined ? {} : { SERVICE_TAG_SYNC_ARM: arm }),
  });
  try {
    const { createDoctor } = await import('../composition-root.ts');
    const checks = await createDoctor(settings, false, AbortSignal.timeout(120_000));
    return checks.filter(({ of }) => of !== 'storage' && of !== 'config');
  } finally {
    await close();
  }
}

function pair(text: string, all: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  return [...all, [text.slice(0, at), text.slice(at + 1)]];
}

/** Numbers, lists and objects as JSON; everything else is text. */
function readValue(text: string): unknown {
  if (!/^(-?\d+|true|false|\[.*\]|\{.*\})$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
