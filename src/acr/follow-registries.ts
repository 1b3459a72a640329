import type { RegistryEvent } from '../core/event.ts';
import type { KnownRegistry, Registry } from '../core/registry.ts';
import { matchRegions } from './derive.ts';

/** What came of asking for one registry of the config. */
export interface RegistryAnswer {
  readonly name: string;
  /** Origin of the registry that was asked for. */
  readonly origin: string;
  /** What it says; or why it could not be read. */
  readonly registry: Registry | { readonly error: string };
}

/**
 * Takes what registries say now into what was known of them. One that cannot be read stays as it was, and that is told
 * once; what was known of another resource under the same name counts for nothing.
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

/** Whether an answer is the one that is known: then nothing needs to be stored anew. */
function sameRegistry(a: Registry | undefined, b: Registry | { readonly error: string }): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
