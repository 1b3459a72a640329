import { z } from 'zod';

/** Who is asked for a second opinion. */
export const crossCheckSchema = z
  .strictObject({
    ways: z
      .boolean()
      .default(true)
      .describe(
        'Whether other ways of the source are asked for a second opinion on a new publication, or when one is due.',
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
        "Azure's Service Tag Discovery API as a second opinion, once a day. Needs Microsoft.Network/locations/serviceTags/read at the subscription. It lags the publications by weeks and is never a source.",
      ),
  })
  .prefault({})
  .describe('Second opinions on what is in force. Failing ones never fail a run.');
