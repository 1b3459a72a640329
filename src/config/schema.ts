import { z } from 'zod';
import { families } from '../core/address/family.ts';
import { defaultPolicy, type TagPolicy } from '../core/judge/policy.ts';
import { modes } from '../core/plan/plan-types.ts';
import { clouds } from '../core/publication/catalog.ts';
import type { NotifierDefinition } from '../ports/notifier.ts';
import type { SourceDefinition } from '../ports/source.ts';
import type { TargetDefinition } from '../ports/target.ts';
import { commonChannelFields } from './channel-schema.ts';
import { answersSchema, approvalSchema, changeSchema } from './control-schema.ts';
import { crossCheckSchema } from './cross-check-schema.ts';
import { enteredPrefix } from './entered-prefix.ts';
import { freshnessSchema } from './freshness-schema.ts';
import { hostPattern, listedRegistry, registrySchema } from './registry-schema.ts';

/** The kinds a config may name. */
export interface Kinds {
  readonly targets: readonly TargetDefinition[];
  readonly sources: readonly SourceDefinition[];
  readonly notifiers: readonly NotifierDefinition[];
}

const name = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    '1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end',
  );

const prefix = z.string().transform((text, context) => {
  const entered = enteredPrefix(text);
  if (entered.ok) return entered.prefix;
  context.addIssue({ code: 'custom', message: entered.expected, params: { hint: entered.hint } });
  return z.NEVER;
});

const exception = z.strictObject({
  prefix: prefix.describe('CIDR prefix, or a single address.'),
  reason: z.string().trim().min(1, 'why this prefix is an exception').describe('Why, for whoever reads it later.'),
  owner: z.string().trim().min(1, 'who answers for it').describe('Who answers for it: a person, a team, an address.'),
  expires: z.iso
    .date('a date such as 2027-01-31')
    .exactOptional()
    .describe('First day (UTC) on which it no longer counts. Absent: it counts for good.'),
});

/** Schema of one list. */
export const listSchema = z.strictObject({
  registries: z
    .array(listedRegistry)
    .default([])
    .describe('Parts of registries. Their regions follow the registry: a new replica widens the list on the next run.'),
  tags: z
    .array(
      z.string().regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/, "a Service Tag's full name, such as Storage.WestUS"),
    )
    .default([])
    .describe('Service Tags by their full names. Any tag of the publication can be chosen.'),
  names: z
    .array(hostPattern)
    .default([])
    .describe(
      'Host names beside those of the registries, for targets that hold names: `mcr.microsoft.com` and `*.data.mcr.microsoft.com`, say.',
    ),
  comingDataEndpoints: z
    .boolean()
    .default(false)
    .describe(
      'Names the dedicated data endpoints of the registries also while they are off, so that rules for them are in place before they are switched on.',
    ),
  prefixes: z.array(prefix).prefault([]).describe('Prefixes that belong to the selection beside the tags.'),
  families: z
    .array(z.enum(families))
    .min(1, 'at least one of "ipv4", "ipv6"')
    .exactOptional()
    .describe(
      'Which address families the list holds. Default: IPv4, and IPv6 too if a registry of it answers on that.',
    ),
  always: z.array(exception).prefault([]).describe('Prefixes that are allowed whatever the publication says.'),
  never: z.array(exception).prefault([]).describe('Prefixes that are never allowed, whatever the publication says.'),
});

const riskSchema = z.strictObject({
  risk: z
    .literal('shared-azure-tag')
    .describe('Every customer of Azure, not only you, comes from the addresses of a service tag.'),
  reason: z.string().trim().min(1, 'why this is acceptable').describe('Why, for whoever reads it later.'),
  owner: z.string().trim().min(1, 'who answers for it').describe('Who answers for it: a person, a team, an address.'),
  expires: z.iso
    .date('a date such as 2027-01-31')
    .exactOptional()
    .describe('First day (UTC) on which it no longer counts: from then on nothing is written. Absent: for good.'),
});

/** What every kind of target has beside its own fields. */
export const commonTargetFields = {
  mode: z
    .enum(modes)
    .describe(
      '`sync` adds and removes, `add-only` never removes, `report-only` writes nothing. There is no default: it is your choice.',
    ),
  list: z.string().describe('Name of the list that lives here.'),
  adopt: z
    .boolean()
    .default(false)
    .describe(
      'Take over a resource that holds entries and carries no mark of this service. Without it nothing is written there.',
    ),
  foreignEntries: z
    .enum(['keep', 'remove'])
    .default('keep')
    .describe('Entries in the resource that this service did not write: kept and reported, or removed.'),
  accept: riskSchema
    .exactOptional()
    .describe('Only for kinds that let traffic in: a risk of the list that somebody answers for.'),
  maxOverGrant: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Addresses that may be let in beyond the list where it does not fit into the target otherwise: neighbouring prefixes are then joined, with the fewest further addresses. 0: never; the target is refused, with what it would take.',
    ),
  approval: approvalSchema,
  change: changeSchema,
  answers: answersSchema.describe(
    'As `answers` of the whole document; what is named here counts for this target instead.',
  ),
  formerly: name.exactOptional().describe('The id this target had before it was renamed.'),
  identity: name
    .exactOptional()
    .describe(
      "Name of a managed identity for this target alone. Its client id stands in the setting SERVICE_TAG_SYNC_IDENTITY_<NAME>, which `infra/` sets. Absent: the app's own.",
    ),
};

const days = z.int().min(1).max(3650);
const count = z.int().min(0).max(1_000_000_000);

const policyFields = {
  lossClockDays: days.describe('Days a range that is no longer published is kept before the clock may release it.'),
  lossClockPublications: z
    .int()
    .min(2)
    .max(100)
    .describe('Accepted publications that must lack the range before the clock may release it.'),
  lossClockGlobalDays: days.describe("Days a loss is kept while the service's global tag still covers it."),
  lossQuestionShare: z
    .number()
    .min(0)
    .max(1)
    .describe("Share of a tag's IPv4 addresses, lost at once, above which the loss waits for an answer (0.1 is 10 %)."),
  lossQuestionPrefixes: count.describe('Published prefixes, lost at once, above which the loss waits for an answer.'),
  gainQuestionGrowth: z
    .number()
    .min(0)
    .describe('Growth above which a gain waits for an answer, as a multiple of what the tag had (4 is 400 %).'),
  gainQuestionAddresses: count.describe('IPv4 addresses below which growth is never a question.'),
  gainQuestionIPv6Prefixes: count.describe('IPv6 prefixes below which growth is never a question.'),
  gainQuestionBroaderBits: z
    .int()
    .min(1)
    .max(128)
    .describe("Bits by which a gained prefix must be shorter than the tag's shortest to wait for an answer."),
} satisfies PolicyFields;

type PolicyFields = Record<keyof TagPolicy, z.ZodNumber>;

function policySchema() {
  const fields = Object.entries(policyFields) as [keyof TagPolicy, z.ZodNumber][];
  const globals = fields.map(([key, field]) => [key, field.default(defaultPolicy[key])]);
  const overrides = fields.map(([key, field]) => [key, field.exactOptional()]);
  return z
    .strictObject({
      ...(Object.fromEntries(globals) as { [K in keyof PolicyFields]: z.ZodDefault<z.ZodNumber> }),
      tags: z
        .record(
          z.string(),
          z.strictObject(
            Object.fromEntries(overrides) as { [K in keyof PolicyFields]: z.ZodExactOptional<z.ZodNumber> },
          ),
        )
        .default({})
        .describe('Overrides by the full name of a tag; what is not named here is as above.'),
    })
    .prefault({});
}

/** Schema of one target: the common fields and those of its kind, told apart by `kind`. */
export function targetSchema(definitions: readonly TargetDefinition[]) {
  return byKind(definitions, commonTargetFields, 'Kind of target; the other fields depend on it.');
}

/** Schema of one channel: the common fields and those of its kind. */
export function channelSchema(definitions: readonly NotifierDefinition[]) {
  return byKind(definitions, commonChannelFields, 'Kind of channel; the other fields depend on it.');
}

/** Schema of the source. */
function sourceSchema(definitions: readonly SourceDefinition[]) {
  return byKind(definitions, {}, 'Kind of source; the other fields depend on it.');
}

/** Schema of the whole document. What it cannot see (names that must agree, for one) is in `rules.ts`. */
export function configSchema(kinds: Kinds) {
  return z.strictObject({
    $schema: z.string().exactOptional().describe('Path of the JSON Schema, for editors.'),
    schema: z.literal(1).describe('Version of this format.'),
    instance: name.describe(
      'Name of this installation. It begins every stored key and every mark on a resource, so that several may share a storage account.',
    ),
    cloud: z.enum(clouds).describe('The cloud whose publications are read.'),
    source: sourceSchema(kinds.sources).prefault({ kind: 'download-centre' }).describe('Where publications come from.'),
    registries: z.record(name, registrySchema).default({}).describe('Container registries that lists follow, by name.'),
    lists: z.record(name, listSchema).describe('Named selections of addresses, by name.'),
    targets: z.record(name, targetSchema(kinds.targets)).describe('Places where the lists live, by id.'),
    channels: z
      .record(name, channelSchema(kinds.notifiers))
      .default({})
      .describe('Where notices go, by id. Without any, they stand in the runs only.'),
    freshness: freshnessSchema,
    crossCheck: crossCheckSchema,
    policy: policySchema().describe('How losses and gains are judged.'),
    answers: answersSchema.describe(
      "What a person's word needs before it counts. `pause` and `withdraw` never need any of it: stopping must be easy.",
    ),
  });
}

function byKind(
  definitions: readonly { readonly kind: string; readonly summary: string; readonly schema: z.ZodObject }[],
  common: z.ZodRawShape,
  description: string,
) {
  const options = definitions.map((definition) =>
    definition.schema
      .safeExtend({ kind: z.literal(definition.kind).describe(description), ...common })
      .strict()
      .describe(definition.summary),
  );
  const [first, ...rest] = options;
  if (first === undefined) throw new Error('expected at least one kind to choose from, got none');
  return z.discriminatedUnion('kind', [first, ...rest]);
}
