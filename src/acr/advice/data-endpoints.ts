import { quantity } from '../../core/judge/arithmetic.ts';
import { anyStorage } from '../../core/registry.ts';
import { expectedDataEndpoints } from '../derive.ts';
import {
  type AdviceInput,
  type AdviceRule,
  type AdvisedRegistry,
  type AdvisedTarget,
  azOf,
  azUpdate,
  layersIn,
  reaches,
} from './advice.ts';

/** Whether the clients behind one target will still pull once dedicated data endpoints are on. */
export interface Readiness {
  readonly registry: string;
  readonly target: string;
  readonly ready: boolean;
  /** Host names whose rules are missing. */
  readonly missing: readonly string[];
  /** Why, and what to do. */
  readonly text: string;
}

/**
 * The check before dedicated data endpoints are switched on: clients that know only the Storage addresses or
 * `*.blob.core.windows.net` fail from that moment. Which tag covers the new endpoints is undocumented, so a list of
 * addresses is ready only beside a target of rules by name.
 */
export function readinessOf(input: AdviceInput): Readiness[] {
  return input.registries.flatMap((registry) => {
    const hosts = expectedDataEndpoints(registry.registry);
    const concerned = input.targets.filter(
      (target) => target.direction === 'egress' && concerns(input, target, registry),
    );
    return concerned.map((target) => ({
      registry: registry.name,
      target: target.id,
      ...judge(input.targets, target, hosts),
    }));
  });
}

function concerns(input: AdviceInput, target: AdvisedTarget, registry: AdvisedRegistry): boolean {
  if (target.list === undefined)
    return target.names === undefined || target.names.includes(registry.registry.loginServer);
  const list = input.lists.find(({ name }) => name === target.list);
  return list !== undefined && reaches(list, registry);
}

function judge(
  all: readonly AdvisedTarget[],
  target: AdvisedTarget,
  hosts: readonly string[],
): Pick<Readiness, 'ready' | 'missing' | 'text'> {
  const beside = all.filter(({ besides }) => besides?.includes(target.id));
  const rules = target.list === undefined ? [target] : beside;
  if (rules.length === 0) {
    return {
      ready: false,
      missing: hosts,
      text: 'It holds addresses, and which tag covers data endpoints is undocumented. Give its clients rules by name (a target of names with this one in `besides`), or leave data endpoints off.',
    };
  }
  const unread = rules.find(({ names }) => names === undefined);
  if (unread) return { ready: false, missing: hosts, text: `${unread.id} could not be read, so its state is unknown.` };
  const missing = hosts.filter((host) => !rules.some(({ names }) => names?.includes(host)));
  const where = rules.map(({ id }) => id).join(', ');
  const served = rules.some(({ kind }) => kind === 'feed-names')
    ? ' This is the served list: check that every device has pulled it since.'
    : '';
  return missing.length === 0
    ? { ready: true, missing, text: `All ${hosts.length} data endpoints are named in ${where}.${served}` }
    : { ready: false, missing, text: `${where} does not name ${missing.join(', ')}.` };
}

/** Without dedicated data endpoints, layers come from shared storage: by address or by name, the rules are far too wide. */
export const dataEndpointsOff: AdviceRule = function* (input) {
  const readiness = readinessOf(input);
  for (const registry of input.registries) {
    const { settings } = registry.registry;
    if (registry.registry.dataEndpoints.length > 0 || settings?.tier !== 'Premium') continue;
    const layers = [...new Set(input.lists.flatMap((list) => layersIn(list, registry)))];
    if (layers.length === 0) continue;
    const { addresses, prefixes } = input.reach(layers);
    const hosts = expectedDataEndpoints(registry.registry);
    const open = readiness.filter((one) => one.registry === registry.name && !one.ready);
    const first =
      open.length === 0
        ? 'Every target is ready for it.'
        : `Not yet: ${open.map(({ target }) => target).join(', ')} ${open.length === 1 ? 'is' : 'are'} not ready; add rules for the new host names first, then switch on.`;
    yield {
      rule: 'data-endpoints-off',
      weight: 'consider',
      registry: registry.name,
      text: `Dedicated data endpoints of ${registry.name} are off: to pull, its clients may reach ${quantity(addresses, 'address', 'addresses')} of Azure Storage (${quantity(prefixes, 'prefix', 'prefixes')}), and with them the storage accounts of all tenants; by name it is ${anyStorage[input.cloud]}. Switched on, ${quantity(hosts.length, 'host name')} would be left: ${hosts.join(', ')}. ${first}`,
      figures: { addresses: addresses.toString(), prefixes, hosts: hosts.length, notReady: open.length },
      commands: open.length === 0 ? [azUpdate(settings, '--data-endpoint-enabled true')] : [],
    };
  }
};

/** Which tag covers data endpoints is undocumented: a list of addresses alone is no sound basis. */
export const dataEndpointAddresses: AdviceRule = function* ({ registries, lists }) {
  for (const registry of registries) {
    const { name, registry: known } = registry;
    const { settings, dataEndpoints } = known;
    const by = lists.filter((list) => reaches(list, registry)).map((list) => list.name);
    if (dataEndpoints.length === 0 || by.length === 0) continue;
    yield {
      rule: 'data-endpoint-addresses',
      weight: 'know',
      registry: name,
      text: `Which service tag holds the addresses of dedicated data endpoints is not documented. ${by.join(', ')} ${by.length === 1 ? 'lets' : 'let'} clients reach ${name} by address, which is sure for its login server only: give them rules by name for ${dataEndpoints.join(', ')}, and keep Storage in the list until they have them.`,
      figures: { hosts: dataEndpoints.length, lists: by.length },
      commands: settings ? [`az acr show-endpoints ${azOf(settings)}`] : [],
    };
  }
};

/** Once data endpoints serve the layers, a Storage list only opens the storage accounts of all tenants. */
export const storageNoLongerNeeded: AdviceRule = function* (input) {
  const readiness = readinessOf(input);
  for (const list of input.lists) {
    const served = input.registries.filter(({ registry }) => registry.dataEndpoints.length > 0);
    // Another registry, or the list itself, may still want the same region of Storage.
    const others = input.registries.filter(({ registry }) => registry.dataEndpoints.length === 0);
    const stillUsed = new Set(others.flatMap((registry) => layersIn(list, registry)));
    const free = served.flatMap((registry) => layersIn(list, registry)).filter((tag) => !stillUsed.has(tag));
    const tags = [...new Set(free)];
    if (tags.length === 0) continue;
    const names = served.filter((registry) => layersIn(list, registry).length > 0).map(({ name }) => name);
    const open = readiness.filter(
      ({ registry, target, ready }) => !ready && names.includes(registry) && list.targets.includes(target),
    );
    const before = input.reach(list.tags);
    const after = input.reach(list.tags.filter((tag) => !tags.includes(tag)));
    const fewer = before.addresses - after.addresses;
    const next =
      open.length === 0
        ? 'Set its part to "login" (or take these tags out), and wait for the holds of its targets to end, or answer them.'
        : `Not yet: clients behind ${open.map(({ target }) => target).join(', ')} have no rules by name for the data endpoints.`;
    yield {
      rule: 'storage-no-longer-needed',
      weight: open.length === 0 ? 'do' : 'know',
      list: list.name,
      text: `The data endpoints of ${names.join(', ')} serve the image layers, and nothing else in ${list.name} needs ${tags.join(', ')}: without ${tags.length === 1 ? 'it' : 'them'} the list is ${quantity(fewer, 'address', 'addresses')} smaller (${quantity(before.addresses, 'address', 'addresses')} now, ${quantity(after.addresses, 'address', 'addresses')} then). ${next}`,
      figures: {
        addresses: before.addresses.toString(),
        left: after.addresses.toString(),
        fewer: fewer.toString(),
        notReady: open.length,
      },
      commands: served.flatMap(({ registry: { settings }, name }) =>
        settings && names.includes(name) ? [`az acr show-endpoints ${azOf(settings)}`] : [],
      ),
    };
  }
};
