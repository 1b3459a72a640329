import * as z from 'zod';
import type { Cloud } from '../core/publication/catalog.ts';
import { holdsSecret, notShown, secret } from '../ports/secret.ts';

/** What an address with a secret becomes: the whole of it in a setting. */
const asMirror =
  'put the whole address into an environment setting and name it in `mirrors`: { "url": { "$env": "NAME" } }; a login goes into `basic` there';

const webAddress = z.url({ protocol: /^https?$/ }).refine((text) => !holdsSecret(text), {
  message: 'an address without user name and password, and without a signature (SAS), key or token',
  ...notShown(asMirror),
});

/** Headers that give access. */
const secretHeader = /^(authorization|proxy-authorization|cookie|(.*-)?(key|token)|x-jfrog-art-api)$/i;

const headers = z
  .record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'the name of an HTTP header'),
    z.union([z.string().regex(/^[\t\x20-\x7e]*$/, 'printable ASCII in one line'), secret()]),
  )
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      if (typeof value !== 'string' || !secretHeader.test(name)) continue;
      const message = '`{ "$env": "NAME" }`: a header of this name gives access';
      context.addIssue({ code: 'custom', path: [name], message, ...notShown() });
    }
  });

const mirrorSchema = z.strictObject({
  url: z
    .union([webAddress, secret()])
    .describe('Address of the file; `{ "$env": "NAME" }` where it holds a secret, such as a SAS. Its host is trusted.'),
  headers: headers.default({}).describe('HTTP headers to send, each a text or `{ "$env": "NAME" }`.'),
  basic: z
    .strictObject({
      user: z.string().min(1).describe('User name.'),
      password: secret().describe('Password.'),
    })
    .optional()
    .describe('Login by HTTP Basic: `{ "user": "...", "password": { "$env": "NAME" } }`.'),
});

export type MirrorConfig = z.output<typeof mirrorSchema>;

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
  mirrors: z
    .array(mirrorSchema)
    .max(10)
    .default([])
    .describe(
      'Copies of your own that want more than an address, or several of them: tried in this order, after `mirror`.',
    ),
  mirrorsFirst: z
    .boolean()
    .default(false)
    .describe("Try the mirrors before Microsoft's page, where that cannot be reached. The page is then a cross-check."),
  userAgent: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'printable ASCII in one line')
    .optional()
    .describe(
      "User-Agent header, for sites that block clients that are no browser. Default: this service's name and version.",
    ),
  headers: headers.default({}).describe("HTTP headers for Microsoft's page and files. Mirrors have their own."),
  lastGood: webAddress
    .optional()
    .describe('Address of a file known to be good, tried last. Default: where the last accepted file came from.'),
  origins: z
    .array(webAddress)
    .default([])
    .describe(
      'Origins (https://host) that may serve files beside https://download.microsoft.com: those that a mirror redirects to, say. Plain http only where an origin says so.',
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

/**
 * Ids of the details pages of "Azure IP Ranges and Service Tags":
 * https://www.microsoft.com/en-us/download/details.aspx?id=56519 (Public), 57063 (US Government), 57062 (China,
 * operated by 21Vianet), as linked from https://learn.microsoft.com/azure/virtual-network/service-tags-overview.
 */
const detailsPageIds: Readonly<Record<Cloud, number>> = {
  Public: 56519,
  AzureGovernment: 57063,
  China: 57062,
};

/** Microsoft's details page for a cloud. */
export function detailsPageAddress(cloud: Cloud): string {
  return `https://www.microsoft.com/en-us/download/details.aspx?id=${detailsPageIds[cloud]}`;
}

export const downloadOrigin = 'https://download.microsoft.com';

/** Undocumented, and it once fell back by three months for a day: a fallback under the rule that nothing older is accepted. */
export const latestAddresses: Readonly<Partial<Record<Cloud, string>>> = {
  Public: `${downloadOrigin}/download/7/1/D/71D86715-5596-4529-9B13-DA13A5DE5B63/ServiceTags_Public_Latest.json`,
};
