import * as z from 'zod';
import { armActions } from '../azure/arm-actions.ts';
import { commonChannelFields, commonTargetFields, configSchema, type Kinds } from '../config/schema.ts';
import { familyNames } from '../core/address/family.ts';
import { type FeedFormat, kindNames } from '../feeds/format.ts';
import { feedFormats } from '../feeds/formats/index.ts';
import type { JsonSchema } from '../http/json-schema.ts';
import type { TargetDefinition } from '../ports/target.ts';
import { rolesOf } from '../run/rights.ts';

/** Files that follow from the schema and the definitions of kinds: their text, by path below the project's folder. */
export function generatedDocs(kinds: Kinds): ReadonlyMap<string, string> {
  const schema = editorSchema(kinds);
  return new Map([
    ['docs/service-tag-sync.schema.json', `${JSON.stringify(schema, undefined, 2)}\n`],
    ['docs/configuration.md', configurationPage(schema)],
    ['docs/targets.md', targetsPage(kinds.targets)],
    ['docs/feed-formats.md', formatsPage()],
  ]);
}

export const origin = '<!-- Written by `npm run docs` from the descriptions in the code. -->';

function configurationPage(schema: JsonSchema): string {
  const { registries, lists, targets, channels, source, policy, answers, links, freshness, crossCheck, retention } =
    schema.properties ?? {};
  const list = membersOf(lists);
  const kindsOfChannel = membersOf(channels).oneOf ?? [];
  const ofEveryChannel = new Set(Object.keys(commonChannelFields));
  const kindsOfTarget = membersOf(targets).oneOf ?? [];
  const ofTarget = kindsOfTarget[0]?.properties;
  const common = new Set(Object.keys(commonTargetFields));
  return page(
    '# Configuration',
    origin,
    'Every setting of the config, with its form and default. To begin with one: [a first config](first-config.md).',
    'One JSON document; comments and trailing commas are allowed. It is checked as a whole before anything starts: all mistakes are reported at once, with its place; what hangs on a part that is itself wrong is seen when that is put right. `service-tag-sync.example.json` is a working example. Editors that know JSON Schema find `docs/service-tag-sync.schema.json` through the `$schema` line.',
    'Secrets are never in the document. Where a setting wants one, write `{ "$env": "NAME" }`: the name of the environment setting that holds it.',
    table(schema, () => true),
    '## registries: `"registries": { "<name>": { ... } }`',
    'A container registry that lists follow: by `resourceId`, which is read and never written; or by hand, for those who may not read it.',
    table(membersOf(registries), () => true),
    '## lists: `"lists": { "<name>": { ... } }`',
    'A list selects addresses: those of its registries and tags, its own prefixes and what is always allowed, without what is never allowed.',
    table(list, () => true),
    '### Entries of `registries`',
    table(list.properties?.registries?.items, () => true),
    '### Entries of `always` and `never`',
    table(list.properties?.always?.items, () => true),
    '## targets: `"targets": { "<id>": { ... } }`',
    'Beside the settings of its kind, every target has these. Limits and rights of each kind: [targets.md](targets.md).',
    table(kindsOfTarget[0], (key) => key === 'kind' || common.has(key)),
    '### `"accept": { ... }`',
    table(ofTarget?.accept, () => true),
    '### `"approval": { ... }`',
    table(ofTarget?.approval, () => true),
    '### `"change": { ... }`',
    'The clock on the wall decides. A window whose hour is skipped in spring does not open that day; one whose hour comes twice in autumn opens twice.',
    table(ofTarget?.change, () => true),
    'Entries of `windows`:',
    table(ofTarget?.change?.properties?.windows?.items, () => true),
    'Entries of `freezes`:',
    table(ofTarget?.change?.properties?.freezes?.items, () => true),
    ...kindsOfTarget.flatMap((kind) => kindSection(kind, (key) => key !== 'kind' && !common.has(key))),
    '## channels: `"channels": { "<id>": { ... } }`',
    'Beside the settings of its kind, every channel has these. What each notice means and asks: [runbook.md](runbook.md).',
    table(kindsOfChannel[0], (key) => key === 'kind' || ofEveryChannel.has(key)),
    '### `"only": { ... }`',
    table(kindsOfChannel[0]?.properties?.only, () => true),
    '### `"quietHours": { ... }`',
    table(kindsOfChannel[0]?.properties?.quietHours, () => true),
    ...kindsOfChannel.flatMap((kind) => kindSection(kind, (key) => key !== 'kind' && !ofEveryChannel.has(key))),
    '## source: `"source": { ... }`',
    ...(source?.oneOf ?? []).flatMap((kind) => kindSection(kind, (key) => key !== 'kind')),
    '## policy: `"policy": { ... }`',
    'Each of these but `tags` can also be set in `"tags": { "<tag>": { ... } }`, for that tag alone. The reason for each default is in `src/core/judge/policy.ts`.',
    table(policy, () => true),
    '## answers: `"answers": { ... }`',
    answers?.description ?? '',
    table(answers, () => true),
    '### `"ticket": { ... }`',
    table(answers?.properties?.ticket, () => true),
    '## links: `"links": { ... }`',
    links?.description ?? '',
    table(links, () => true),
    '## freshness: `"freshness": { ... }`',
    freshness?.description ?? '',
    table(freshness, () => true),
    '## crossCheck: `"crossCheck": { ... }`',
    crossCheck?.description ?? '',
    table(crossCheck, () => true),
    '### `"api": { ... }`',
    table(crossCheck?.properties?.api, () => true),
    '## retention: `"retention": { ... }`',
    retention?.description ?? '',
    table(retention, () => true),
  );
}

function targetsPage(definitions: readonly TargetDefinition[]): string {
  return page(
    '# Kinds of target',
    origin,
    'Where a list can live: each kind of target with the rights it needs, its limits, and where both are documented. An egress target lets clients out to Azure: there a missing address hurts. An ingress target lets Azure in: there an address too many hurts.',
    grid(
      ['Kind', 'What it is', 'Families', 'Direction'],
      definitions.map(({ kind, summary, families, holds, direction }) => [
        code(kind),
        summary,
        holds === 'names' ? 'host names' : families.map((family) => familyNames[family]).join(', '),
        direction,
      ]),
    ),
    ...definitions.flatMap(({ kind, rights, moreRights = [], limits, cautions = [] }) => [
      `## ${code(kind)}`,
      ...(rights.length === 0
        ? ['Rights the identity needs: none, because it lives in the storage of the service.']
        : ['Rights the identity needs, at the resource group of the target:', items(rights)]),
      ...moreRights.flatMap((more) => [
        `Besides, where ${more.when}:`,
        items(more.rights.filter((right) => !rights.includes(right))),
      ]),
      grid(
        ['Limit', 'Value', 'Setting', 'Source'],
        limits.map(({ name, value, source, setting }) => [
          name,
          value.toLocaleString('en'),
          setting === undefined ? 'none: Azure says when it is met' : code(setting),
          source,
        ]),
      ),
      ...(cautions.length === 0 ? [] : ['What else to know:', cautions.map((one) => `- ${one}`).join('\n')]),
    ]),
    '## Beside other writers',
    'What an apply of Terraform, a deployment, a draft or an Azure Policy does to each kind, and how to keep them apart: [beside-terraform.md](beside-terraform.md).',
    '## Where each right comes from',
    'Reading a registry that a list follows takes those of `Microsoft.ContainerRegistry` that end in `/read`; the cross-check with the Discovery API takes `Microsoft.Network/locations/serviceTags/read`.',
    grid(
      ['Right', 'Why', 'Source'],
      [...new Set(Object.values(rolesOf(definitions)).flat())].sort().map((action) => {
        const { why, source } = sourceOf(action);
        return [code(action), why, `[${new URL(source).pathname.split('/').slice(-2).join('/')}](${source})`];
      }),
    ),
  );
}

function formatsPage(): string {
  const limit = ({ maxEntries, maxBytes }: FeedFormat) =>
    [
      ...(maxEntries === undefined ? [] : [`${maxEntries.toLocaleString('en')} entries`]),
      ...(maxBytes === undefined ? [] : [`${maxBytes / 1024 ** 2} MB`]),
    ].join(', ');
  return page(
    '# Formats of lists',
    origin,
    'A feed is served in the format of its config (`format`), or in the one that a request names: `GET /api/feeds/branches?format=json`. The same formats are those of `npm run -s cli -- export-list`. What to type on a firewall: [firewalls](firewalls/README.md).',
    'A list over a limit of its format is refused with the numbers, and never cut: devices keep the list that they have. What a format does not take is left out, and a comment says so where the format has comments; `check` notes it for a feed, and refuses a format that takes nothing of what the list may hold. Names of objects on a device begin with `allow`: the feed or list `branches` is `allow_branches`. Prefixes are minimal and sorted, IPv4 first; none is there twice.',
    grid(
      ['Format', 'For', 'Takes', 'Most', 'Type', 'Source'],
      [...feedFormats.values()].map((format) => [
        code(format.id),
        format.summary,
        format.takes.map((kind) => kindNames[kind]).join(', ') +
          (format.takes.includes('names') && !format.wildcards ? ' without `*`' : ''),
        limit(format),
        code(format.mediaType),
        `[${new URL(format.source).host}](${format.source})`,
      ]),
    ),
  );
}

/** Throws for an action without a source: it must not get into a role. */
function sourceOf(action: string): (typeof armActions)[string] {
  const known = armActions[action];
  if (known) return known;
  throw new Error(
    `expected an action with its reason and source in src/azure/arm-actions.ts, got ${action} from a kind of target: add it there`,
  );
}

function items(rights: readonly string[]): string {
  return rights.map((right) => `- ${code(right)}`).join('\n');
}

function kindSection(node: JsonSchema, wanted: (key: string) => boolean): string[] {
  const keys = Object.keys(node.properties ?? {}).filter(wanted);
  return [
    `### ${code(`"kind": ${JSON.stringify(node.properties?.kind?.const)}`)}`,
    node.description ?? '',
    keys.length === 0 ? 'It has no settings of its own.' : table(node, wanted),
    ...keys.flatMap((key) => innerTable(key, node.properties?.[key])),
  ];
}

/** Settings within a setting of a kind. Secrets are the same everywhere and described once. */
function innerTable(key: string, node: JsonSchema | undefined): string[] {
  const members = membersOf(node);
  const entries = members.properties ? members : node?.items;
  if (entries?.properties && !entries.properties.$env) return [`Entries of ${code(key)}:`, table(entries, () => true)];
  if (!node?.properties || node.properties.$env) return [];
  return [`Within ${code(key)}:`, table(node, () => true)];
}

function table(node: JsonSchema | undefined, wanted: (key: string) => boolean): string {
  const required = new Set(node?.required);
  const rows = Object.entries(node?.properties ?? {})
    .filter(([key]) => wanted(key))
    .map(([key, field]) => [
      code(key),
      formOf(key, field),
      field.default === undefined ? (required.has(key) ? 'required' : '') : code(JSON.stringify(field.default)),
      field.description ?? '',
    ]);
  return grid(['Setting', 'Form', 'Default', 'Meaning'], rows);
}

/** Allowed values, in short. */
function formOf(key: string, node: JsonSchema): string {
  if (node.const !== undefined) return key === 'kind' ? 'text' : code(JSON.stringify(node.const));
  if (node.enum !== undefined) return node.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (node.type === 'array') return `list of ${node.items?.enum ? formOf(key, node.items) : `${typeOf(node.items)}s`}`;
  return [typeOf(node), ...boundsOf(node)].join(', ');
}

function typeOf(node: JsonSchema | undefined): string {
  if (node?.type === 'string') return node.format === 'date' ? 'date' : 'text';
  if (node?.type === 'integer') return 'whole number';
  if (node?.type === 'boolean') return 'true or false';
  return node?.type ?? 'object';
}

function boundsOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): string[] {
  const from = minimum === undefined ? [] : [`from ${minimum.toLocaleString('en')}`];
  const over = exclusiveMinimum === undefined ? [] : [`over ${exclusiveMinimum.toLocaleString('en')}`];
  const to =
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`up to ${maximum.toLocaleString('en')}`];
  const range = [...from, ...over, ...to].join(' ');
  return range === '' ? [] : [range];
}

function membersOf(node: JsonSchema | undefined): JsonSchema {
  const members = node?.additionalProperties;
  return typeof members === 'object' ? members : {};
}

export function page(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

export function grid(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** The JSON Schema of a config as it is written, for editors. */
export function editorSchema(kinds: Kinds): JsonSchema {
  const schema = z.toJSONSchema(configSchema(kinds), { io: 'input' });
  return { title: 'service-tag-sync configuration', ...schema } as unknown as JsonSchema;
}
