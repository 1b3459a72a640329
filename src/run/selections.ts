import type { Config, Exception } from '../config/config.ts';
import { setsOf } from '../core/address/sets.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Selection } from '../core/plan/selection.ts';
import { listsOf, type ResolvedList, resolveList } from './lists.ts';

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
