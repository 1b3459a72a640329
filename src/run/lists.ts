import { followedKey, hostsOf, tagsOf } from '../acr/derive.ts';
import type { Config, ListConfig } from '../config/config.ts';
import { families } from '../core/address/family.ts';
import type { Ledger } from '../core/judge/ledger.ts';

/** A list of the config with what follows from its registries filled in. */
export interface ResolvedList extends ListConfig {
  /** Its own tags and those of its registries, each once. */
  readonly tags: readonly string[];
  /** The tags that follow from registries, by what they follow from. */
  readonly followed: Readonly<Record<string, readonly string[]>>;
  /** Host names that clients need: its own and those of its registries, each once. */
  readonly names: readonly string[];
  /** Those of the names that follow from registries, by what they follow from. */
  readonly followedNames: Readonly<Record<string, readonly string[]>>;
  /** Its registries of which nothing is known yet: what the list should hold is not known either. */
  readonly unknownRegistries: readonly string[];
}

/**
 * The config's lists as they are now: the only place where registries become tags. A registry that cannot be read counts
 * as it was last known.
 */
export function listsOf(
  config: Pick<Config, 'lists' | 'cloud'>,
  ledger: Pick<Ledger, 'registries'> | undefined,
): Readonly<Record<string, ResolvedList>> {
  return Object.fromEntries(
    Object.entries(config.lists).map(([name, list]) => [name, resolveList(list, config.cloud, ledger)]),
  );
}

/** One of them. */
export function resolveList(
  list: ListConfig,
  cloud: string,
  ledger: Pick<Ledger, 'registries'> | undefined,
): ResolvedList {
  const followed: Record<string, readonly string[]> = {};
  const followedNames: Record<string, readonly string[]> = {};
  const unknownRegistries: string[] = [];
  const names = new Set(list.names);
  const wanted = new Set(list.families);
  for (const { registry: name, part } of list.registries) {
    const known = ledger?.registries?.find((one) => one.name === name);
    if (!known?.registry) {
      unknownRegistries.push(name);
      continue;
    }
    const key = followedKey(known.registry, part);
    const hosts = hostsOf(known.registry, part, cloud, list.comingDataEndpoints);
    followed[key] = tagsOf(known, part);
    followedNames[key] = hosts;
    for (const host of hosts) names.add(host);
    if (list.followsFamilies) for (const family of known.registry.families) wanted.add(family);
  }
  return {
    ...list,
    tags: [...new Set([...list.tags, ...Object.values(followed).flat()])],
    families: families.filter((family) => wanted.has(family)),
    names: [...names].sort(),
    followed,
    followedNames,
    unknownRegistries,
  };
}
