import * as z from 'zod';
import type { Registry } from '../../core/registry.ts';
import type { RegistriesView } from '../../operator/operator.ts';
import { component } from './component.ts';
import { family, text, texts, time } from './parts.ts';

const registry = component<Registry>()(
  'Registry',
  z
    .object({
      origin: text.describe('Its resource id, or what was named by hand.'),
      loginServer: text,
      regions: texts.describe('Its home first.'),
      dataEndpoints: texts,
      families: z.array(family),
      settings: z
        .object({
          name: text,
          subscriptionId: text,
          resourceGroup: text,
          tier: z.enum(['Basic', 'Standard', 'Premium']),
          dataEndpointEnabled: z.boolean(),
          publicNetworkAccess: z.enum(['Enabled', 'Disabled', 'SecuredByPerimeter']),
          defaultAction: z.enum(['Allow', 'Deny']),
          ipRules: texts,
          privateEndpoints: z.array(z.object({ name: text, status: text })),
          trustedServices: z.boolean(),
          trustedTasks: z.boolean(),
          perimeter: text.exactOptional(),
        })
        .exactOptional(),
    })
    .describe('A container registry as last read.'),
);

/** GET /api/registries. */
export const registriesAnswer = component<RegistriesView>()(
  'Registries',
  z.object({
    at: time,
    registries: z.array(
      z.object({
        name: text,
        registry: registry.exactOptional(),
        saysSince: time.exactOptional(),
        tagRegions: z.record(text, text),
        withoutTag: texts.describe('Regions that no tag is named for.'),
        unreadable: z.object({ since: time, text }).exactOptional(),
        lists: z.array(z.object({ list: text, part: z.enum(['login', 'layers', 'all']) })),
        hosts: texts.describe("Host names that a client's firewall needs."),
        expectedDataEndpoints: texts,
      }),
    ),
    readiness: z
      .array(z.object({ registry: text, target: text, ready: z.boolean(), missing: texts, text }))
      .describe('Whether dedicated data endpoints may be switched on.'),
    advice: z.array(
      z.object({
        rule: text,
        weight: z.enum(['do', 'consider', 'know', 'refuse']),
        registry: text.exactOptional(),
        list: text.exactOptional(),
        target: text.exactOptional(),
        text,
        figures: z.record(text, z.union([z.number(), z.string()])),
        commands: texts,
      }),
    ),
  }),
);
