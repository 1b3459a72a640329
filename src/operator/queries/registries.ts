import type { AdviceInput, AdvisedTarget } from '../../acr/advice/advice.ts';
import { readinessOf } from '../../acr/advice/data-endpoints.ts';
import { advise } from '../../acr/advice/index.ts';
import { expectedDataEndpoints, hostsOf } from '../../acr/derive.ts';
import { PrefixSet } from '../../core/address/prefix-set.ts';
import { messageOf } from '../../core/errors.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import { effectiveOf } from '../../core/judge/ledger.ts';
import type { KnownRegistry } from '../../core/registry.ts';
import type { ConfiguredTarget, RunContext } from '../../run/context.ts';
import { listsOf, type ResolvedList } from '../../run/lists.ts';
import { askRegistries, mergeRegistryReads } from '../../run/registries.ts';
import type { RegistriesView } from '../operator.ts';

/** Registries as they are now, what follows from them, and what to make of it. Reads registries and targets of names. */
export async function registriesView(
  context: RunContext,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<RegistriesView> {
  const { config } = context.loaded;
  const { known } = mergeRegistryReads(ledger, await askRegistries(context, signal), undefined, context.now());
  const lists = listsOf(config, { registries: known });
  const targets = await Promise.all(
    [...context.targets.values()].map((target) => advisedTarget(context, target, signal)),
  );
  const input: AdviceInput = {
    cloud: config.cloud,
    registries: known.flatMap(advisedRegistry),
    lists: ofAddresses(context, lists).map(([name, list]) => ({
      name,
      tags: list.tags,
      ownTags: config.lists[name]?.tags ?? [],
      registries: list.registries,
      targets: targets.filter((target) => target.list === name).map(({ id }) => id),
    })),
    targets,
    reach: (tags) => {
      const sets = tags.flatMap((tag) => {
        const row = ledger.tags.get(tag);
        return row ? [effectiveOf(row).ipv4] : [];
      });
      const all = PrefixSet.unionOf('ipv4', sets);
      return { addresses: all.count, prefixes: all.prefixCount };
    },
  };
  return {
    at: context.now().toISOString(),
    registries: known.map((one) => viewOf(one, config.cloud, lists)),
    readiness: readinessOf(input),
    advice: advise(input),
  };
}

/** Lists that only targets of names use open no address. */
function ofAddresses(context: RunContext, lists: Readonly<Record<string, ResolvedList>>): [string, ResolvedList][] {
  return Object.entries(lists).filter(([name]) => {
    const users = [...context.targets.values()].filter(({ id }) => context.loaded.config.targets[id]?.list === name);
    return users.length === 0 || users.some(({ definition }) => definition.holds !== 'names');
  });
}

function viewOf(
  known: KnownRegistry,
  cloud: string,
  lists: Readonly<Record<string, ResolvedList>>,
): RegistriesView['registries'][number] {
  const { registry } = known;
  return {
    ...known,
    lists: Object.entries(lists).flatMap(([name, list]) =>
      list.registries.filter((one) => one.registry === known.name).map(({ part }) => ({ list: name, part })),
    ),
    hosts: registry ? hostsOf(registry, 'all', cloud, false) : [],
    expectedDataEndpoints: registry ? expectedDataEndpoints(registry) : [],
  };
}

function advisedRegistry({ name, registry, tagRegions, withoutTag }: KnownRegistry): AdviceInput['registries'] {
  if (!registry) return [];
  const tagsOf = (service: string) =>
    Object.fromEntries(
      registry.regions.flatMap((region) =>
        tagRegions[region] === undefined ? [] : [[region, `${service}.${tagRegions[region]}`]],
      ),
    );
  return [{ name, registry, withoutTag, tags: { login: tagsOf('AzureContainerRegistry'), layers: tagsOf('Storage') } }];
}

/** A target of names that cannot be read has none: readiness is then unknown. */
async function advisedTarget(
  context: RunContext,
  target: ConfiguredTarget,
  signal: AbortSignal,
): Promise<AdvisedTarget> {
  const { id, definition } = target;
  const config = context.loaded.config.targets[id];
  const settings = (config?.settings ?? {}) as Readonly<Record<string, unknown>>;
  const { kind, direction } = definition;
  const { subscriptionId, resourceGroup, registry, besides } = settings;
  if (definition.holds !== 'names') {
    const admitsTo =
      kind === 'registry'
        ? `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry}`
        : undefined;
    return { id, kind, direction, list: config?.list ?? '', ...(admitsTo ? { admitsTo: admitsTo.toLowerCase() } : {}) };
  }
  const beside = Array.isArray(besides) ? { besides: besides.map(String) } : {};
  try {
    const live = await (await target.open()).read(signal);
    return { id, kind, direction, ...beside, names: live.units.flatMap(({ entries }) => entries) };
  } catch (error) {
    if (signal.aborted) throw error;
    context.log('target could not be read', {
      target: id,
      error: messageOf(error),
    });
    return { id, kind, direction, ...beside };
  }
}
