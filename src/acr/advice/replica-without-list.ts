import type { AdviceRule } from './advice.ts';
import { azOf } from './words.ts';

/** The global endpoint may route to any replica: a region that is in no list fails now and then, and only there. */
export const replicaWithoutList: AdviceRule = function* ({ registries, lists }) {
  for (const { name, registry, tags, withoutTag } of registries) {
    const commands = registry.settings
      ? [
          `az acr replication list --registry ${registry.settings.name} --subscription ${registry.settings.subscriptionId}`,
        ]
      : [];
    for (const list of lists) {
      for (const part of ['login', 'layers'] as const) {
        const wanted = Object.entries(tags[part]);
        const missing = wanted.filter(([, tag]) => !list.tags.includes(tag));
        if (missing.length === 0 || missing.length === wanted.length) continue;
        yield {
          rule: 'replica-without-list',
          weight: 'do',
          registry: name,
          list: list.name,
          text: `${name} is in ${missing.map(([region]) => region).join(', ')} too, and ${list.name} holds its other regions only: when it routes a client there, pulls fail. Add ${missing.map(([, tag]) => tag).join(', ')}, or name the registry in the list so that it follows.`,
          figures: { regions: wanted.length, missing: missing.length },
          commands,
        };
      }
    }
    if (withoutTag.length > 0) {
      yield {
        rule: 'region-without-tag',
        weight: 'do',
        registry: name,
        text: `${name} is in ${withoutTag.join(', ')}, for which the publication in force has no tag: those addresses are in no list.`,
        figures: { regions: registry.regions.length, missing: withoutTag.length },
        commands: registry.settings ? [`az acr show-endpoints ${azOf(registry.settings)}`] : [],
      };
    }
  }
};
