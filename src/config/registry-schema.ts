import { z } from 'zod';
import { families } from '../core/address/family.ts';
import { registryParts } from '../core/registry.ts';

const resourceId =
  /^\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[A-Za-z0-9]{5,50}$/i;

const host = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, 'a host name in lower case');

/** A host name, or all those below a domain. */
export const hostPattern = z
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
    loginServer: host
      .exactOptional()
      .describe('By hand, in place of `resourceId`: what the registry answers under, such as contoso.azurecr.io.'),
    regions: z
      .array(region)
      .min(1, 'at least its home region')
      .exactOptional()
      .describe('By hand: its home region and the regions of its replicas, as ARM spells them.'),
    dataEndpoints: z
      .array(host)
      .exactOptional()
      .describe('By hand: host names of its dedicated data endpoints, if they are on (`az acr show-endpoints`).'),
    families: z
      .array(z.enum(families))
      .min(1, 'at least one of "ipv4", "ipv6"')
      .exactOptional()
      .describe('By hand: families it answers on. Default: IPv4.'),
  })
  .superRefine((registry, context) => {
    const byHand = (['loginServer', 'regions', 'dataEndpoints', 'families'] as const).filter(
      (key) => registry[key] !== undefined,
    );
    if (registry.resourceId !== undefined) {
      for (const key of byHand) {
        const message = 'nothing beside `resourceId`: the resource itself tells it';
        context.addIssue({ code: 'custom', path: [key], message });
      }
    } else if (registry.loginServer === undefined || registry.regions === undefined) {
      const message = '`resourceId`; or by hand `loginServer` and `regions`';
      context.addIssue({ code: 'custom', path: [], message });
    }
  });

/** Schema of a list's entry that names a registry. */
export const listedRegistry = z.strictObject({
  registry: z.string().describe('Name of a registry of the config.'),
  part: z
    .enum(registryParts)
    .describe(
      'What of it: `login` (AzureContainerRegistry of each of its regions), `layers` (Storage of each of them), `all` (both).',
    ),
});
