import { registryByHand } from '../acr/derive.ts';
import { followRegistries, type RegistryAnswer } from '../acr/follow-registries.ts';
import type { Config } from '../config/config.ts';
import { type Watch, watchLists, watchTags } from '../core/judge/watch.ts';
import { regionOf, serviceOf } from '../core/publication/catalog.ts';
import { listsOf, watchOf } from '../run/lists.ts';
import { RequestError } from '../run/service.ts';

/** What of the files is replayed. */
export interface Subject {
  /** Services whose tags are kept at hand. */
  readonly services: ReadonlySet<string>;
  /** What is judged and counted. `names`: those of the tags of these services in any of the files. */
  watched(names: ReadonlySet<string>): Watched;
}

export interface Watched {
  readonly watch: Watch;
  /** Regions that no tag is named for, by the registry that is there: nothing of them is watched. */
  readonly withoutTag: readonly { readonly registry: string; readonly regions: readonly string[] }[];
}

/** Those of the tags that the product is for. */
const defaultServices: ReadonlySet<string> = new Set(['AzureContainerRegistry', 'Storage']);

/** Every regional tag of the default services, in both families. */
export const everyRegionalTag: Subject = {
  services: defaultServices,
  watched: (names) => ({
    watch: watchTags(
      [...names].filter((name) => regionOf(name) !== undefined && defaultServices.has(serviceOf(name))).sort(),
    ),
    withoutTag: [],
  }),
};

/**
 * What the lists of a config hold, by its tags and its registries. In a replay no registry can be asked: the config has the
 * regions of one that was entered by hand, `regions` has those of others, by name, as ARM spells them, and counts for the
 * former too. Such a registry answers on IPv4, as far as the config says nothing else. Throws RequestError for a registry
 * whose regions are not known, for a name that is none of its registries, and where the lists hold no tag.
 */
export function subjectOf(config: Config, regions: ReadonlyMap<string, readonly string[]>): Subject {
  const unused = [...regions.keys()].filter((name) => config.registries[name] === undefined);
  if (unused.length > 0) {
    const known = Object.keys(config.registries).join(', ') || 'none';
    throw new RequestError(`the config has no registry ${unused.join(', ')}; its registries are: ${known}`);
  }
  const answers = answersOf(config, regions);
  const lists = Object.values(listsOf(config, { registries: followRegistries([], answers, new Set(), never).known }));
  const unknown = [...new Set(lists.flatMap((list) => list.unknownRegistries))];
  if (unknown.length > 0) {
    throw new RequestError(
      `expected the regions of ${unknown.join(', ')}, which lists follow and which no replay can ask: give each with --registry NAME=REGION,REGION`,
    );
  }
  if (lists.every(({ tags, registries }) => tags.length + registries.length === 0)) {
    throw new RequestError('expected a list with tags or registries, got none in the config');
  }
  const follows = lists.some(({ registries }) => registries.length > 0);
  return {
    services: new Set([...lists.flatMap(({ tags }) => tags.map(serviceOf)), ...(follows ? [...defaultServices] : [])]),
    watched: (names) => watchedOf(config, answers, names),
  };
}

/** Nothing that a replay shows follows from the time at which a registry was read. */
const never = new Date(0);

function watchedOf(config: Config, answers: readonly RegistryAnswer[], names: ReadonlySet<string>): Watched {
  const { known } = followRegistries([], answers, names, never);
  const lists = listsOf(config, { registries: known });
  // A config that has no target yet is tried out by its lists.
  const isTrial = Object.keys(config.targets).length === 0;
  const withoutTag = known
    .filter((one) => one.withoutTag.length > 0)
    .map((one) => ({ registry: one.name, regions: one.withoutTag }));
  return { watch: isTrial ? watchLists(Object.values(lists)) : watchOf(config, lists), withoutTag };
}

function answersOf(config: Config, given: ReadonlyMap<string, readonly string[]>): RegistryAnswer[] {
  return Object.entries(config.registries).map(([name, { resourceId, ...named }]) => {
    const regions = given.get(name) ?? named.regions;
    if (!regions) return { name, origin: name, registry: { error: 'a replay cannot ask it' } };
    // Its host names are in no figure; a resource id ends with the name of the registry.
    const loginServer = named.loginServer ?? `${resourceId?.split('/').at(-1) ?? name}.azurecr.io`;
    const registry = registryByHand(name, { ...named, loginServer, regions });
    return { name, origin: registry.origin, registry };
  });
}
