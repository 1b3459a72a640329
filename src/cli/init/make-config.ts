import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { knownKinds } from '../../config/load.ts';
import { nameField } from '../../config/schema.ts';
import { UsageError } from '../../core/errors.ts';
import type { Mode } from '../../core/plan/plan-types.ts';
import { modes } from '../../core/plan/plan-types.ts';
import type { Cloud } from '../../core/publication/catalog.ts';
import type { Interview } from './interview.ts';
import { doubtRegions, type FindRegistry, type NamedRegistry, registryNamed } from './registry.ts';
import { readRegion, readRegistryText } from './registry-texts.ts';
import {
  askCase,
  type CaseOptions,
  type CasePart,
  casesExplained,
  kindOfCase,
  otherCase,
  proposalsOf,
  type UsualCase,
  usualCases,
  usualMode,
} from './usual-cases.ts';

/** What the options of `init` say of the config. */
export interface Wanted extends CaseOptions {
  readonly for?: UsualCase | typeof otherCase;
  readonly instance?: string;
  readonly cloud: Cloud;
  readonly subscription?: string;
  readonly region?: readonly string[];
  readonly dataEndpoint?: readonly string[];
  readonly registry?: readonly string[];
  readonly tag?: readonly string[];
  readonly kind?: string;
  readonly mode?: Mode;
  readonly set?: readonly (readonly [string, string])[];
}

/** The config of a file by options, and by questions where a person answers. Throws UsageError for what is missing or wrong. */
export async function makeConfig(
  file: string,
  wanted: Wanted,
  interview: Interview,
  find: FindRegistry,
): Promise<object> {
  if (wanted.cloud !== 'Public') interview.keep('--cloud', wanted.cloud);
  const usual = await askFor(wanted, interview);
  const registries = await askRegistries(wanted, usual, interview, find);
  const [first] = registries;
  const instance = await interview.answer(
    {
      flag: '--instance',
      text: 'Name of this installation',
      ...(usual && first ? { otherwise: first.name } : {}),
      read: (text) => readSetting('instance', nameField, text),
    },
    wanted.instance,
  );
  const kind = await askKind(wanted, usual, interview);
  const settings = await askSettings(kind, wanted, proposalsOf(usual, first), interview);
  const part: CasePart = usual ? await askCase(usual, interview, wanted) : {};
  const mode = await askMode(wanted, usual, interview);
  interview.mustBeComplete();

  // What a restricted registry admits has nothing to do with where its own addresses are.
  const listed = usual === 'restricted-registry' ? [] : registries;
  const { tag = [] } = wanted;
  for (const one of tag) interview.keep('--tag', one);
  const listName = usual === 'restricted-registry' ? 'admitted' : usual ? 'pulls' : 'registries';
  const list = {
    ...(listed.length > 0 ? { registries: listed.map(({ name }) => ({ registry: name, part: 'all' })) } : {}),
    ...(tag.length > 0 ? { tags: tag } : {}),
    ...part.list,
  };
  return {
    ...schemaLine(file),
    schema: 1,
    instance,
    cloud: wanted.cloud,
    ...(listed.length > 0 ? { registries: Object.fromEntries(listed.map(({ name, entry }) => [name, entry])) } : {}),
    lists: { [listName]: list },
    targets: { [kind]: { kind, mode, list: listName, ...settings, ...part.target } },
    ...part.document,
  };
}

/** Where editors find the schema, from where the file will be; nothing where this program has no docs beside it. */
function schemaLine(file: string): { readonly $schema?: string } {
  const schema = fileURLToPath(new URL('../../../docs/service-tag-sync.schema.json', import.meta.url));
  if (!existsSync(schema)) return {};
  const from = path
    .relative(path.dirname(path.resolve(file)), schema)
    .split(path.sep)
    .join('/');
  return { $schema: from.startsWith('.') ? from : `./${from}` };
}

async function askFor(wanted: Wanted, interview: Interview): Promise<UsualCase | undefined> {
  const named = wanted.for !== undefined && wanted.for !== otherCase;
  if (named && wanted.kind !== undefined) {
    throw new UsageError(`expected --for or --kind, got both: --for ${wanted.for} has a kind of its own`);
  }
  if (!named && (wanted.kind !== undefined || (wanted.for === otherCase && !interview.asksPerson))) return undefined;
  const answer = await interview.answer(
    {
      flag: '--for',
      text: `What is it for (${[...usualCases, otherCase].join(', ')})`,
      explained: casesExplained,
      read: (text) => oneOf(text, [...usualCases, otherCase]),
    },
    wanted.for,
  );
  return usualCases.find((one) => one === answer);
}

async function askRegistries(
  { cloud, registry: given = [], tag = [], subscription, region: regions = [], dataEndpoint: dataEndpoints }: Wanted,
  usual: UsualCase | undefined,
  interview: Interview,
  find: FindRegistry,
): Promise<NamedRegistry[]> {
  const question = {
    flag: '--registry',
    text: 'The container registry: its login server (contoso.azurecr.io) or resource id',
    read: (text: string) => readRegistryText(text, cloud),
  };
  const asked = given.length > 0 || (tag.length > 0 && usual !== 'restricted-registry') ? given : [undefined];
  const byResource = usual === 'restricted-registry';
  const around = { cloud, subscription, regions, dataEndpoints, find, byResource };
  const found: NamedRegistry[] = [];
  for (const one of asked) {
    const flag = usual === undefined && !interview.asksPerson ? '--registry or --tag' : question.flag;
    const text = await interview.answer(one === undefined ? { ...question, flag } : question, one);
    if (text !== '') found.push(await registryNamed(text, interview, around));
  }
  return found;
}

async function askKind(
  { kind, for: named }: Wanted,
  usual: UsualCase | undefined,
  interview: Interview,
): Promise<string> {
  if (usual !== undefined) return kindOfCase[usual];
  const kinds = knownKinds.targets.map((one) => one.kind);
  const answer = await interview.answer(
    {
      flag: named || interview.asksPerson ? '--kind' : 'or --kind',
      text: `Kind of the target (${kinds.join(', ')})`,
      read: (text) => oneOf(text, kinds),
    },
    kind,
  );
  if (answer === '') interview.mustBeComplete();
  return answer;
}

async function askSettings(
  kind: string,
  { set = [] }: Wanted,
  proposals: ReturnType<typeof proposalsOf>,
  interview: Interview,
): Promise<Record<string, unknown>> {
  const shape: Readonly<Record<string, z.ZodType>> =
    knownKinds.targets.find((one) => one.kind === kind)?.schema.shape ?? {};
  const given = new Map(set);
  const settings: Record<string, unknown> = {};
  for (const [name, text] of given) {
    if (name in shape) continue;
    interview.keep(`--set=${name}=`, text);
    settings[name] = readValue(text);
  }
  for (const [name, field] of Object.entries(shape)) {
    const needed = field._zod.optin !== 'optional' && !field.safeParse(undefined).success;
    if (!needed && !given.has(name)) continue;
    const read = (text: string) => readSetting(name, field, text);
    const doubt = name === 'location' ? { doubt: doubtRegions } : {};
    const question = { flag: `--set ${name}=`, text: field.description ?? name, ...proposals[name], read, ...doubt };
    const answer = await interview.answer(question, given.get(name));
    if (answer !== '') settings[name] = readValue(answer);
  }
  return settings;
}

/** The text of a setting, checked by itself; a region in any spelling. Throws UsageError. */
function readSetting(name: string, field: z.ZodType, text: string): string {
  const spelt = name === 'location' ? readRegion(text) : text;
  const checked = field.safeParse(readValue(spelt));
  if (checked.success) return spelt;
  const [first] = checked.error.issues;
  throw new UsageError(`expected ${first?.message ?? field.description ?? name}; got ${JSON.stringify(text)}`);
}

async function askMode({ mode }: Wanted, usual: UsualCase | undefined, interview: Interview): Promise<string> {
  const otherwise = usualMode(usual);
  if (mode === undefined && (!interview.asksPerson || usual === 'pulling-firewall')) return otherwise;
  const text = `What it may do (${modes.join(', ')})`;
  return interview.answer({ flag: '--mode', text, otherwise, read: (one) => oneOf(one, modes) }, mode);
}

function oneOf(text: string, all: readonly string[]): string {
  if (all.includes(text)) return text;
  throw new UsageError(`expected one of ${all.join(', ')}; got ${JSON.stringify(text)}`);
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
