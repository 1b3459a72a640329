import type { Config, Exception } from '../config/config.ts';
import { setsOf } from '../core/address/sets.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Selection } from '../core/plan/selection.ts';
import { listsOf } from './lists.ts';

/** The config's lists as the core takes them, without exceptions that have expired. */
export function selectionsOf(config: Config, ledger: Ledger, now: Date): ReadonlyMap<string, Selection> {
  const today = now.toISOString().slice(0, 10);
  return new Map(
    Object.entries(listsOf(config, ledger)).map(
      ([list, { tags, followed, names, followedNames, prefixes, families, always, never }]) => [
        list,
        {
          list,
          tags,
          followed,
          names,
          followedNames,
          families,
          always: setsOf([...prefixes, ...inForce(always, today)]),
          never: setsOf(inForce(never, today)),
        },
      ],
    ),
  );
}

function inForce(exceptions: readonly Exception[], today: string): string[] {
  return exceptions.filter(({ expires }) => expires === undefined || today < expires).map(({ prefix }) => prefix);
}
