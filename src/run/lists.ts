import { followedKey, hostsOf, tagsOf } from '../acr/derive.ts';
import type { Config, Exception, ListConfig } from '../config/config.ts';
import { families } from '../core/address/family.ts';
import { setsOf } from '../core/address/sets.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { type Watch, watchLists } from '../core/judge/watch.ts';
import type { Selection } from '../core/plan/selection.ts';

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

/** The lists of a config, resolved: once a run, for all of its targets. */
interface SelectedLists {
  readonly lists: Readonly<Record<string, ResolvedList>>;
  /** The same as the core takes them, without exceptions that have expired. */
  readonly selections: ReadonlyMap<string, Selection>;
}

export function selectLists(config: Config, ledger: Pick<Ledger, 'registries'>, now: Date): SelectedLists {
  const lists = listsOf(config, ledger);
  return { lists, selections: new Map(Object.entries(lists).map(([name, list]) => [name, select(name, list, now)])) };
}

/** The list of one target: resolving the others would be in vain where only this one is looked at. */
export function selectionFor(target: string, config: Config, ledger: Ledger, now: Date): Selection | undefined {
  const name = config.targets[target]?.list;
  const list = name === undefined ? undefined : config.lists[name];
  return name === undefined || !list ? undefined : select(name, resolveList(list, config.cloud, ledger), now);
}

function select(
  list: string,
  { tags, followed, names, followedNames, prefixes, families, always, never }: ResolvedList,
  now: Date,
): Selection {
  const today = now.toISOString().slice(0, 10);
  return {
    list,
    tags,
    followed,
    names,
    followedNames,
    families,
    always: setsOf([...prefixes, ...inForce(always, today)]),
    never: setsOf(inForce(never, today)),
  };
}

function inForce(exceptions: readonly Exception[], today: string): string[] {
  return exceptions.filter(({ expires }) => expires === undefined || today < expires).map(({ prefix }) => prefix);
}

/** What the lists of targets hold; of a list without a target nobody hears. */
export function watchOf({ targets }: Pick<Config, 'targets'>, lists: Readonly<Record<string, ResolvedList>>): Watch {
  const held = new Set(Object.values(targets).map(({ list }) => list));
  return watchLists(
    Object.entries(lists).map(([name, { tags, families: some }]) => ({ tags, families: held.has(name) ? some : [] })),
  );
}
