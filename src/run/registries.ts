import { isDeepStrictEqual } from 'node:util';
import { registryByHand } from '../acr/derive.ts';
import { followRegistries, type RegistryAnswer } from '../acr/follow-registries.ts';
import { messageOf } from '../core/errors.ts';
import type { RegistryEvent } from '../core/event.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Catalog } from '../core/publication/catalog.ts';
import type { KnownRegistry } from '../core/registry.ts';
import type { PlanContext } from './context.ts';

/** Asks every registry of the config, all at once. Never throws for one that cannot be read; only an aborted signal does. */
export async function askRegistries(context: PlanContext, signal: AbortSignal): Promise<readonly RegistryAnswer[]> {
  return Promise.all(
    Object.entries(context.loaded.config.registries).map(async ([name, config]): Promise<RegistryAnswer> => {
      const { resourceId } = config;
      if (resourceId === undefined) {
        const registry = registryByHand(name, config);
        return { name, origin: registry.origin, registry };
      }
      const origin = resourceId.toLowerCase();
      try {
        return { name, origin, registry: await context.readRegistry(resourceId, signal) };
      } catch (error) {
        if (signal.aborted) throw error;
        const text = messageOf(error);
        context.log('registry could not be read', { registry: name, error: text });
        return { name, origin, registry: { error: text } };
      }
    }),
  );
}

interface FollowedRegistries {
  readonly known: readonly KnownRegistry[];
  readonly events: readonly RegistryEvent[];
  readonly changed: boolean;
}

/** What is known of the registries once their answers are merged. `catalog`: the publication in force, if it is at hand. */
export function mergeRegistryReads(
  ledger: Ledger,
  answers: readonly RegistryAnswer[],
  catalog: Catalog | undefined,
  now: Date,
): FollowedRegistries {
  const before = ledger.registries ?? [];
  const tags = new Set([...ledger.tags.keys(), ...(catalog?.tags.keys() ?? [])]);
  const { known, events } = followRegistries(before, answers, tags, now);
  return { known, events, changed: !isDeepStrictEqual(known, before) };
}

/** Whether a region is named that only the whole publication can match with a tag. */
export function needsCatalog(ledger: Ledger, answers: readonly RegistryAnswer[]): boolean {
  return answers.some(({ name, registry }) => {
    const last = ledger.registries?.find((one) => one.name === name);
    return 'regions' in registry && registry.regions.some((region) => last?.tagRegions[region] === undefined);
  });
}
