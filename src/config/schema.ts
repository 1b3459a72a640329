import * as z from 'zod';
import { weekdays } from '../core/calendar.ts';
import { noticeKinds, severities } from '../core/notice.ts';
import { modes } from '../core/plan/plan-types.ts';
import { clouds } from '../core/publication/catalog.ts';
import type { NotifierDefinition } from '../ports/notifier.ts';
import { notShown } from '../ports/secret.ts';
import type { SourceDefinition } from '../ports/source.ts';
import type { TargetDefinition } from '../ports/target.ts';
import { answersSchema, approvalSchema, changeSchema, timeOfDay, timeZone } from './control-schema.ts';
import { listSchema, registrySchema } from './list-schema.ts';
import { crossCheckSchema, freshnessSchema, policySchema } from './policy-schema.ts';
import { retentionSchema } from './retention-schema.ts';

/** The kinds a config may name. */
export interface Kinds {
  readonly targets: readonly TargetDefinition[];
  readonly sources: readonly SourceDefinition[];
  readonly notifiers: readonly NotifierDefinition[];
}

/** Names of an installation, its lists and its targets. */
export const nameField = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    '1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end',
  );

const riskSchema = z.strictObject({
  risk: z
    .literal('shared-azure-tag')
    .describe('Every customer of Azure, not only you, comes from the addresses of a service tag.'),
  reason: z.string().trim().min(1, 'why this is acceptable').describe('Why, for later readers.'),
  owner: z
    .string()
    .trim()
    .min(1, 'who is responsible for it')
    .describe('Who is responsible for it: a person, a team, an address.'),
  expires: z.iso
    .date('a date such as 2027-01-31')
    .exactOptional()
    .describe('First day (UTC) on which it no longer counts: from then on nothing is written. Absent: it has no end.'),
});

/** What every kind of target has beside its own fields. */
export const commonTargetFields = {
  mode: z
    .enum(modes)
    .describe(
      '`sync` adds and removes, `add-only` never removes, `report-only` writes nothing. There is no default: it is your choice.',
    ),
  list: z.string().describe('Name of the list that is written here.'),
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
  accept: riskSchema.exactOptional().describe('Only for kinds that let traffic in: an accepted risk of the list.'),
  maxOverGrant: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Addresses that may be let in beyond the list where it does not fit into the target otherwise: neighbouring prefixes are then aggregated, with the fewest further addresses. 0: never; the target is refused, and the refusal says what it would take.',
    ),
  approval: approvalSchema,
  change: changeSchema,
  answers: answersSchema.describe(
    'As `answers` of the whole document; what is named here counts for this target instead.',
  ),
  formerly: nameField.exactOptional().describe('The id this target had before it was renamed.'),
  identity: nameField
    .exactOptional()
    .describe(
      "Name of a managed identity for this target alone. Its client id is in the setting SERVICE_TAG_SYNC_IDENTITY_<NAME>, which `infra/` sets. Absent: the app's own.",
    ),
};

/** A web address that stands in every notice, so without a secret in it. */
const webAddress = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
    },
    {
      message: 'a web address without user name, password, `?` and `#`',
      ...notShown('leave out what gives access: it would stand in every notice'),
    },
  )
  .transform((text) => text.replace(/\/+$/, ''));

const linksSchema = z.strictObject({
  page: webAddress
    .exactOptional()
    .describe(
      'Address below which people reach this app, such as `https://sync.contoso.com`: links of notices lead to its page, `/ui`. Absent: the host name that Azure gives the app.',
    ),
  runbook: webAddress
    .exactOptional()
    .describe(
      'Address of your copy of `docs/runbook.md` as a web page that keeps its anchors. Absent: the page shows it, `/ui/runbook`.',
    ),
});

const names = z.array(z.string()).min(1, 'at least one, or leave the setting out');

/** What every kind of channel has beside its own fields. */
export const commonChannelFields = {
  only: z
    .strictObject({
      kinds: z
        .array(z.enum(noticeKinds))
        .min(1, 'at least one, or leave the setting out')
        .exactOptional()
        .describe('Kinds of notices. Absent: all.'),
      lists: names.exactOptional().describe('Notices that touch one of these lists, or none in particular.'),
      targets: names.exactOptional().describe('Notices that touch one of these targets, or none in particular.'),
      severity: z.enum(severities).exactOptional().describe('Notices of this severity or above. Absent: all.'),
    })
    .prefault({})
    .describe('Which notices the channel gets.'),
  quietHours: z
    .strictObject({
      from: timeOfDay.describe('Begin, local time. Later than `to`: over midnight.'),
      to: timeOfDay.describe('End, local time.'),
      timeZone: timeZone.describe('IANA name of the time zone.'),
      wholeDays: z.array(z.enum(weekdays)).default([]).describe('Days that are quiet from start to end.'),
    })
    .exactOptional()
    .describe(
      'Hours in which only urgent notices are sent: failures, and questions that cannot wait. The rest comes afterwards, as one digest.',
    ),
};

/** Schema of one target: the common fields and those of its kind, distinguished by `kind`. */
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

/** Schema of the whole document. Checks across fields (names that must agree, for one) are in `rules/`. */
export function configSchema(kinds: Kinds) {
  return z.strictObject({
    $schema: z.string().exactOptional().describe('Path of the JSON Schema, for editors.'),
    schema: z.literal(1).describe('Version of this format.'),
    instance: nameField.describe(
      'Name of this installation. It begins every stored key and every mark on a resource, so that several may share a storage account.',
    ),
    cloud: z.enum(clouds).describe('The cloud whose publications are read.'),
    source: sourceSchema(kinds.sources).prefault({ kind: 'download-centre' }).describe('Where publications come from.'),
    registries: z
      .record(nameField, registrySchema)
      .default({})
      .describe('Container registries that lists follow, by name.'),
    lists: z.record(nameField, listSchema).describe('Named selections of addresses, by name.'),
    targets: z.record(nameField, targetSchema(kinds.targets)).describe('Places that the lists are written to, by id.'),
    channels: z
      .record(nameField, channelSchema(kinds.notifiers))
      .default({})
      .describe('Where notices go, by id. Without any, they are in the runs only.'),
    links: linksSchema
      .exactOptional()
      .describe('Addresses that notices lead to. Neither may hold a secret: they stand in every notice.'),
    freshness: freshnessSchema,
    crossCheck: crossCheckSchema,
    retention: retentionSchema,
    policy: policySchema().describe('How losses and gains are judged.'),
    answers: answersSchema.describe(
      'What a decision needs before it counts. `pause` and `withdraw` never need any of it: stopping must be easy.',
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
