import type { Config } from '../config/config.ts';
import type { Family } from '../core/address/family.ts';
import type { Affected } from '../core/notice.ts';
import type { NoticeContext } from './context.ts';
import type { ResolvedList } from './lists.ts';

type Lists = Readonly<Record<string, ResolvedList>>;

/** Whom ranges of a tag reach: every list that selects it in one of these families, and what follows from that. */
export function affectedByTag(
  context: Pick<NoticeContext, 'loaded' | 'targets'>,
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
export function affectedByTarget(context: Pick<NoticeContext, 'loaded' | 'targets'>, target: string): Affected {
  const list = context.loaded.config.targets[target]?.list;
  return affected(context, list === undefined ? [] : [list], [target]);
}

function affected(
  context: Pick<NoticeContext, 'loaded' | 'targets'>,
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

/** Names of the firewalls, policies, groups and registries that the target's own place and rules name. */
export function firewallsOf(
  { targets }: Pick<NoticeContext, 'targets'>,
  config: Config,
  target: string,
): readonly string[] {
  const definition = targets.get(target)?.definition;
  const settings = config.targets[target]?.settings;
  if (!definition || !settings) return [];
  const own = definition.resource?.(settings);
  const named = [...(own === undefined ? [] : [own]), ...(definition.writtenWhole?.(settings) ?? [])].flatMap((id) => {
    const [, name] =
      /\/(?:azureFirewalls|firewallPolicies|networkSecurityGroups|ipGroups|registries)\/([^/]+)/i.exec(id) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(named)];
}
