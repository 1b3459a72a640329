import * as z from 'zod';

/** Days from `least` on, or `forever`. */
function span(least: number, usual: number, description: string) {
  return z
    .union(
      [z.int().min(least).max(36_500), z.literal('forever')],
      `a whole number of days, ${least} to 36500, or "forever"`,
    )
    .default(usual)
    .describe(description);
}

/** How long what is stored is kept. */
export const retentionSchema = z
  .strictObject({
    publicationDays: span(
      90,
      1_095,
      'Days from the day it was first seen for which a Service Tags file is kept as it came. What it says (its number, its tags and their prefixes) is kept for ever: `diff` and the charts go on.',
    ),
    planDays: span(
      30,
      180,
      'Days for which the whole plans of a run are kept. The run itself, its outcomes and what it changed are kept for ever.',
    ),
    noticeDays: span(
      30,
      180,
      'Days for which notices of runs are kept after they were sent, and the last pulls of devices that the config names no more.',
    ),
  })
  .prefault({})
  .describe(
    'How long what is stored is kept. Decisions, the ledgers, what every list held on every day and why, and the runs themselves are kept for ever, and so is whatever something open refers to; the newest 100 runs and files are kept whatever their age.',
  );
