import * as z from 'zod';
import { defaultPolicy, type TagPolicy } from '../core/judge/policy.ts';

const ageDays = z.int().min(1).max(365);

/** When the source of publications counts as late and stale. */
export const freshnessSchema = z
  .strictObject({
    lateAfterDays: ageDays
      .exactOptional()
      .describe(
        "Age of the newest publication, by its own date, above which the source is late. Default: the cloud's.",
      ),
    staleAfterDays: ageDays
      .exactOptional()
      .describe("Age above which it is stale, which needs an operator. Default: the cloud's."),
  })
  .refine(
    ({ lateAfterDays = 0, staleAfterDays = 366 }) => lateAfterDays < staleAfterDays,
    'lateAfterDays smaller than staleAfterDays',
  )
  .prefault({})
  .describe(
    'When the source counts as late or stale. By default after 16 and 25 days in Public, 45 and 60 in the other clouds: normal irregularity stays below.',
  );

/** Cross-checks of publications. */
export const crossCheckSchema = z
  .strictObject({
    ways: z
      .boolean()
      .default(true)
      .describe(
        'Whether a new publication, or one that is due, is cross-checked against the other ways of the source.',
      ),
    api: z
      .strictObject({
        subscriptionId: z
          .guid('a subscription id')
          .describe('Subscription at whose scope the identity may read service tags.'),
        location: z
          .string()
          .regex(/^[a-z0-9]+$/, 'a location such as westeurope')
          .describe('Azure location that is asked; it does not limit the answer.'),
      })
      .exactOptional()
      .describe(
        "A cross-check against Azure's Service Tag Discovery API, once a day. Needs Microsoft.Network/locations/serviceTags/read at the subscription. It lags the publications by weeks and is never a source.",
      ),
  })
  .prefault({})
  .describe('Cross-checks of the publication in force. One that fails never fails a run.');

const days = z.int().min(1).max(3650);
const count = z.int().min(0).max(1_000_000_000);

/** The settings of a tag, in the order of the documentation. */
const policyFields = {
  lossClockDays: days.describe('Days a range that is no longer published is kept before the clock may release it.'),
  lossClockPublications: z
    .int()
    .min(2)
    .max(100)
    .describe('Accepted publications without the range before the clock may release it.'),
  lossClockGlobalDays: days.describe("Days a loss is kept while the service's global tag still covers it."),
  lossQuestionShare: z
    .number()
    .min(0)
    .max(1)
    .describe(
      "Share of a tag's IPv4 addresses, or of its IPv6 prefixes, above which a loss waits for an answer (0.1 is 10 %).",
    ),
  lossQuestionLargeShare: z
    .number()
    .min(0)
    .max(1)
    .describe('The same share for a single prefix, and for what left the parents of the tag as well.'),
  lossWindowDays: days.describe('Days within which losses count together for these shares.'),
  lossQuestionPrefixes: count.describe('Published prefixes, lost at once, above which the loss waits for an answer.'),
  lossQuestionTagVanished: z
    .boolean()
    .describe('Whether the loss waits for an answer where the whole tag is gone. If not, the clock lets all of it go.'),
  lossQuestionFamily: z.boolean().describe('The same where a whole family of the tag is gone.'),
  gainQuestionGrowth: z
    .number()
    .min(0)
    .describe(
      'Growth up to which a gain never waits for an answer, as a multiple of what the tag had (4 is 400 %; 0 leaves it to the numbers below).',
    ),
  gainQuestionAddresses: count.describe('IPv4 addresses below which growth never waits for an answer.'),
  gainQuestionIPv6Prefixes: count.describe('IPv6 prefixes below which growth never waits for an answer.'),
  gainQuestionBroaderBits: z
    .int()
    .min(1)
    .max(128)
    .describe("Bits by which a gained prefix must be shorter than the tag's shortest to wait for an answer."),
  gainQuestionPrivateRange: z
    .boolean()
    .describe(
      'Whether a gain in private address space (10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fc00::/7) waits for an answer. Other reserved space, such as loopback or multicast, always does.',
    ),
  gainQuestionOtherRegion: z
    .boolean()
    .describe(
      'Whether a gain waits for an answer that another region of the service has as well, or allowed until now, unless AzureCloud of this region has it.',
    ),
  gainQuestionOtherService: z
    .boolean()
    .describe(
      'Whether a gain of ranges of another service, with which the tag shared nothing before, waits for an answer.',
    ),
  fileQuestionOlderTag: z
    .boolean()
    .describe(
      'Whether a tag whose own changeNumber went back is older content: it stays as it was and is told, and the file waits where more tags went back than up. If not, the number of the tag counts for nothing.',
    ),
  parentsCount: z
    .boolean()
    .describe(
      "Whether the parents of a regional tag (its service's global tag and AzureCloud of its region) count: what they lack is kept out, and a loss that they have is kept without a question.",
    ),
} satisfies { readonly [K in keyof TagPolicy]: z.ZodType<TagPolicy[K]> };

type Fields = typeof policyFields;

/** Schema of the policy that losses and gains are judged by. */
export function policySchema() {
  const all = Object.entries(policyFields) as [keyof Fields, z.ZodType<number | boolean>][];
  const globals = all.map(([key, field]) => [key, field.default(defaultPolicy[key])]);
  const overrides = all.map(([key, field]) => [key, field.exactOptional()]);
  return z
    .strictObject({
      ...(Object.fromEntries(globals) as { [K in keyof Fields]: z.ZodDefault<Fields[K]> }),
      tags: z
        .record(
          z.string(),
          z.strictObject(Object.fromEntries(overrides) as { [K in keyof Fields]: z.ZodExactOptional<Fields[K]> }),
        )
        .default({})
        .describe('Overrides by the full name of a tag; what is not named here is as above.'),
    })
    .prefault({});
}
