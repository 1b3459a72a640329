import type { Config } from '../../config/config.ts';
import type { Family } from '../../core/address/family.ts';
import type { RunContext } from '../../run/context.ts';
import type { ResolvedList } from '../../run/lists.ts';
import type { Affected } from '../inbox.ts';

type Lists = Readonly<Record<string, ResolvedList>>;

/** Whom ranges of a tag reach: every list that selects it in one of these families, and what follows from that. */
export function affectedByTag(
  context: Pick<RunContext, 'loaded' | 'targets'>,
  lists: Lists,
  tags: readonly string[],
  families: readonly Family[],
): Affected {
  const names = Object.entries(lists)
    .filter(
      ([, list]) => list.tags.some((tag) => tags.includes(tag)) && families.some((f) => list.families.includes(f)),
    )
    .map(([name]) => name);
  const ids = Object.entries(context.loaded.config.targets)
    .filter(([, { list }]) => names.includes(list))
    .map(([id]) => id);
  return affected(context, names, ids);
}

/** Whom a change of one target reaches. */
export function affectedByTarget(context: Pick<RunContext, 'loaded' | 'targets'>, target: string): Affected {
  const list = context.loaded.config.targets[target]?.list;
  return affected(context, list === undefined ? [] : [list], [target]);
}

function affected(
  context: Pick<RunContext, 'loaded' | 'targets'>,
  lists: readonly string[],
  ids: readonly string[],
): Affected {
  const { config } = context.loaded;
  const registries = lists.flatMap((name) => config.lists[name]?.registries.map(({ registry }) => registry) ?? []);
  return {
    lists,
    targets: ids.map((target) => ({
      target,
      kind: config.targets[target]?.kind ?? '',
      firewalls: firewallsOf(context, config, target),
    })),
    registries: [...new Set(registries)],
  };
}

/** Names of firewalls, policies and security groups that the target's own place and rules name. */
function firewallsOf({ targets }: Pick<RunContext, 'targets'>, config: Config, target: string): readonly string[] {
  const definition = targets.get(target)?.definition;
  const settings = config.targets[target]?.settings;
  if (!definition || !settings) return [];
  const named = [definition.place(settings), ...(definition.writtenWhole?.(settings) ?? [])].flatMap((id) => {
    const [, name] = /\/(?:azureFirewalls|firewallPolicies|networkSecurityGroups)\/([^/]+)/i.exec(`/${id}`) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(named)];
}
