import { z } from 'zod';

const webAddress = z.url({ protocol: /^https?$/ });

export const downloadSchema = z.strictObject({
  detailsPage: webAddress
    .optional()
    .describe("Address of the download's details page. Default: Microsoft's page for the configured cloud."),
  latest: webAddress
    .optional()
    .describe(
      'Address of a ServiceTags_<cloud>_Latest.json, tried when the details page leads to nothing. Default: the known one for Public; for other clouds the folder of the last accepted file.',
    ),
  mirror: webAddress
    .optional()
    .describe('Address of a copy of your own, tried when Microsoft cannot be reached. Its host is trusted.'),
  lastGood: webAddress
    .optional()
    .describe('Address of a file known to be good, tried last. Default: where the last accepted file came from.'),
  origins: z
    .array(webAddress)
    .default([])
    .describe(
      'Origins (https://host) that may serve files beside https://download.microsoft.com. Plain http only where an origin says so.',
    ),
  attempts: z.int().min(1).max(10).default(3).describe('How often each address is tried.'),
  attemptSeconds: z.number().positive().max(600).default(60).describe('Time for one attempt, body included.'),
  totalSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(240)
    .describe('Time for all ways of one run together; each gets its share of what is left.'),
  mostMegabytes: z.number().positive().max(512).default(64).describe('Largest file taken, after decompression.'),
});

export type DownloadCentreConfig = z.output<typeof downloadSchema>;
