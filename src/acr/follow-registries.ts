import type { RegistryEvent } from '../core/event.ts';
import type { KnownRegistry, Registry } from '../core/registry.ts';
import { matchRegions } from './derive.ts';

/** The result of reading one registry of the config. */
export interface RegistryAnswer {
  readonly name: string;
  /** Origin of the registry that was read. */
  readonly origin: string;
  /** Its state, or why it could not be read. */
  readonly registry: Registry | { readonly error: string };
}

/**
 * Merges the registries as read now into the known ones. One that cannot be read stays as known, and that is reported
 * once; knowledge of another resource under the same name is dropped.
 * @param tags names of all tags that are known, to match regions with.
 */
export function followRegistries(
  before: readonly KnownRegistry[],
  answers: readonly RegistryAnswer[],
  tags: ReadonlySet<string>,
  now: Date,
): { readonly known: readonly KnownRegistry[]; readonly events: readonly RegistryEvent[] } {
  const events: RegistryEvent[] = [];
  const known = answers.map(({ name, origin, registry: answer }): KnownRegistry => {
    const found = before.find((one) => one.name === name);
    const last = found?.registry?.origin === origin ? found : undefined;
    const unreadableBefore = last?.unreadable ?? (found?.registry === undefined ? found?.unreadable : undefined);
    const failed = 'error' in answer;
    const registry = failed ? last?.registry : answer;
    const { tagRegions, withoutTag } = matchRegions(registry?.regions ?? [], last?.tagRegions ?? {}, tags);
    const saysSince = failed
      ? last?.saysSince
      : sameRegistry(last?.registry, answer)
        ? last?.saysSince
        : now.toISOString();
    if (failed && !unreadableBefore) {
      events.push({
        kind: 'registry-unreadable',
        registry: name,
        text: answer.error,
        ...(saysSince === undefined ? {} : { saysSince }),
      });
    }
    if (!failed && unreadableBefore) {
      events.push({ kind: 'registry-readable', registry: name, since: unreadableBefore.since });
    }
    if (registry && last?.registry && registry !== last.registry) {
      const was = last.registry.regions;
      const added = registry.regions.filter((region) => !was.includes(region));
      const removed = was.filter((region) => !registry.regions.includes(region));
      if (added.length + removed.length > 0) {
        events.push({
          kind: 'registry-changed',
          registry: name,
          regionsAdded: added,
          regionsRemoved: removed,
          dataEndpoints: registry.dataEndpoints,
        });
      }
    }
    const news = withoutTag.filter((region) => !last?.withoutTag.includes(region));
    if (news.length > 0) events.push({ kind: 'registry-without-tag', registry: name, regions: news });
    return {
      name,
      ...(registry ? { registry } : {}),
      ...(saysSince === undefined ? {} : { saysSince }),
      tagRegions,
      withoutTag,
      ...(failed ? { unreadable: unreadableBefore ?? { since: now.toISOString(), text: answer.error } } : {}),
    };
  });
  return { known, events };
}

/** Whether the state is the known one: then it is not stored again. */
function sameRegistry(a: Registry | undefined, b: Registry | { readonly error: string }): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
