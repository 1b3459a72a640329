import { z } from 'zod';

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
      .describe("Age above which it is stale, which needs a person. Default: the cloud's."),
  })
  .refine(
    ({ lateAfterDays = 0, staleAfterDays = 366 }) => lateAfterDays < staleAfterDays,
    'lateAfterDays smaller than staleAfterDays',
  )
  .prefault({})
  .describe(
    'When the source counts as late or stale. By default after 16 and 25 days in Public, 45 and 60 in the other clouds: normal irregularity stays below.',
  );
