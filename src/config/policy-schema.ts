import { z } from 'zod';
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

const numberFields = {
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
} satisfies NumberFields;

type NumberFields = Record<Exclude<keyof TagPolicy, 'parentsCount'>, z.ZodNumber>;

const parentsCount = z
  .boolean()
  .describe(
    "Whether the parents of a regional tag (its service's global tag and AzureCloud of its region) count: what they lack is kept out, and a loss that they have is kept without a question.",
  );

/** Schema of the policy that losses and gains are judged by. */
export function policySchema() {
  const fields = Object.entries(numberFields) as [keyof NumberFields, z.ZodNumber][];
  const globals = fields.map(([key, field]) => [key, field.default(defaultPolicy[key])]);
  const overrides = fields.map(([key, field]) => [key, field.exactOptional()]);
  return z
    .strictObject({
      ...(Object.fromEntries(globals) as { [K in keyof NumberFields]: z.ZodDefault<z.ZodNumber> }),
      parentsCount: parentsCount.default(defaultPolicy.parentsCount),
      tags: z
        .record(
          z.string(),
          z.strictObject({
            ...(Object.fromEntries(overrides) as { [K in keyof NumberFields]: z.ZodExactOptional<z.ZodNumber> }),
            parentsCount: parentsCount.exactOptional(),
          }),
        )
        .default({})
        .describe('Overrides by the full name of a tag; what is not named here is as above.'),
    })
    .prefault({});
}
