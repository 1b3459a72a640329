import * as z from 'zod';
import { families } from '../core/address/family.ts';
import { registryParts } from '../core/registry.ts';
import { prefixField } from '../ports/address-field.ts';

const resourceId =
  /^\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]\/providers\/Microsoft\.ContainerRegistry\/registries\/[A-Za-z0-9]{5,50}$/iu;

/** A host name as a config has it. */
export const hostField = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, 'a host name in lower case');

/** A host name, or all those below a domain. */
const hostPattern = z
  .string()
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
    'a host name in lower case, such as mcr.microsoft.com or *.data.mcr.microsoft.com',
  );

const region = z.string().regex(/^[a-z0-9]+$/, 'an Azure region as ARM spells it, such as westeurope');

/** Schema of one registry: either by its resource, which is read, or by hand. */
export const registrySchema = z
  .strictObject({
    resourceId: z
      .string()
      .regex(
        resourceId,
        'a resource id such as /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.ContainerRegistry/registries/<name>',
      )
      .exactOptional()
      .describe(
        'Resource id of the registry. It is read at the beginning of each run, and never written; everything else follows from it.',
      ),
    loginServer: hostField
      .exactOptional()
      .describe('By hand, in place of `resourceId`: its host name, such as contoso.azurecr.io.'),
    regions: z
      .array(region)
      .min(1, 'at least its home region')
      .exactOptional()
      .describe('By hand: its home region and the regions of its replicas, as ARM spells them.'),
    dataEndpoints: z
      .array(hostField)
      .exactOptional()
      .describe('By hand: host names of its dedicated data endpoints, if they are on (`az acr show-endpoints`).'),
    families: z
      .array(z.enum(families))
      .min(1, 'at least one of "ipv4", "ipv6"')
      .exactOptional()
      .describe('By hand: the address families of its endpoints. Default: IPv4.'),
  })
  .superRefine((registry, context) => {
    const byHand = (['loginServer', 'regions', 'dataEndpoints', 'families'] as const).filter(
      (key) => registry[key] !== undefined,
    );
    if (registry.resourceId !== undefined) {
      for (const key of byHand) {
        const message = 'nothing beside `resourceId`: the resource itself has it';
        context.addIssue({ code: 'custom', path: [key], message });
      }
    } else if (registry.loginServer === undefined || registry.regions === undefined) {
      const message = '`resourceId`; or by hand `loginServer` and `regions`';
      context.addIssue({ code: 'custom', path: [], message });
    }
  });

/** Schema of a list's entry that names a registry. */
const listedRegistry = z.strictObject({
  registry: z.string().describe('Name of a registry of the config.'),
  part: z
    .enum(registryParts)
    .describe(
      'What of it: `login` (AzureContainerRegistry of each of its regions), `layers` (Storage of each of them), `all` (both).',
    ),
});

const prefix = prefixField();

const exception = z.strictObject({
  prefix: prefix.describe('CIDR prefix, or a single address.'),
  reason: z.string().trim().min(1, 'why this prefix is an exception').describe('Why, for later readers.'),
  owner: z
    .string()
    .trim()
    .min(1, 'who is responsible for it')
    .describe('Who is responsible for it: a person, a team, an address.'),
  expires: z.iso
    .date('a date such as 2027-01-31')
    .exactOptional()
    .describe('First day (UTC) on which it no longer counts. Absent: it has no end.'),
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
    .describe('Host names beside those of the registries, for targets that hold names.'),
  mcr: z
    .boolean()
    .default(false)
    .describe(
      "What Microsoft's own registry of public images (MCR) needs: the tags `MicrosoftContainerRegistry` and, in Public, `AzureFrontDoor.FirstParty`; the names `mcr.microsoft.com` and `*.data.mcr.microsoft.com`, in China `mcr.azure.cn` and `*.data.mcr.azure.cn`. See [mcr.md](mcr.md): prefer names.",
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
      'Which address families the list holds. Default: IPv4, and IPv6 too if a registry of it has IPv6 endpoints.',
    ),
  always: z.array(exception).prefault([]).describe('Prefixes that are allowed whatever the publication says.'),
  never: z.array(exception).prefault([]).describe('Prefixes that are never allowed, whatever the publication says.'),
});
