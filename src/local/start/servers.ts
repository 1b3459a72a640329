import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { UsageError } from '../../core/errors.ts';
import { alignProxySettings } from '../../network/proxy-settings.ts';
import { startSimulatedArm } from '../../simulator/arm/server.ts';
import { startAzurite } from '../azurite.ts';
import type { DataFolder } from './data-folder.ts';

/** Storage and ARM: embedded, or given on the command line. */
export interface Servers {
  readonly storage: string;
  readonly arm: string;
  /** Both were started here, for this service alone: made-up data may reach them. */
  readonly embedded: boolean;
  /** Gives a simulated ARM that was named what the config's targets need and does not have yet; a real one is left alone. */
  seedNamed(): Promise<void>;
  /** Changes resources of our own ARM behind the service's back: those that `change` gives. Nothing for a named one. */
  edit(change: (resources: Resources) => Resources): Promise<void>;
  /** Keeps the resources of our own ARM in the data folder. */
  save(): Promise<void>;
  close(): Promise<void>;
}

type Resources = Readonly<Record<string, unknown>>;

/**
 * Starts the storage emulator and the simulated ARM, or uses those that were named. Our own ARM is given what the config's
 * targets need and does not have yet; nothing is written to a named one. Throws UsageError if a named ARM does not answer.
 */
export async function startServers(
  named: { readonly arm?: string; readonly storage?: string },
  folder: DataFolder,
  config: Config,
): Promise<Servers> {
  alignProxySettings();
  const azurite =
    named.storage === undefined
      ? await startAzurite({
          accountKey: folder.storageKey,
          ...(folder.kept ? { location: `${folder.path}/storage` } : {}),
        })
      : undefined;
  const own =
    named.arm === undefined ? await startSimulatedArm({ secret: randomBytes(24).toString('base64url') }) : undefined;
  const arm = (own?.url ?? named.arm ?? '').replace(/\/+$/, '');
  const close = async (): Promise<void> => {
    await Promise.all([azurite?.close(), own?.close()]);
  };
  try {
    if (own === undefined) await resourcesOf(arm);
    else {
      await put(arm, (await folder.readArm()) ?? {});
      await seedMissing(arm, seedsFor(config));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    storage: azurite?.connectionString ?? named.storage ?? '',
    arm,
    embedded: azurite !== undefined && own !== undefined,
    async seedNamed() {
      if (own === undefined) await seedMissing(arm, seedsFor(config));
    },
    async edit(change) {
      const resources = own === undefined ? undefined : await resourcesOf(arm);
      if (resources !== undefined) await put(arm, change(resources));
    },
    async save() {
      if (own === undefined || !folder.kept) return;
      const resources = await resourcesOf(arm);
      if (resources !== undefined) await folder.saveArm(resources);
    },
    close,
  };
}

/** Only a simulated ARM has `/-/`; a real one is left alone. */
async function seedMissing(arm: string, seeds: Resources): Promise<void> {
  const present = await resourcesOf(arm);
  if (present === undefined) return;
  const known = new Set(Object.keys(present).map((id) => id.toLowerCase()));
  await put(arm, Object.fromEntries(Object.entries(seeds).filter(([id]) => !known.has(id.toLowerCase()))));
}

async function resourcesOf(arm: string): Promise<Resources | undefined> {
  let response: Response;
  try {
    response = await fetch(`${arm}/-/resources`, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const cause = error instanceof TypeError ? error.cause : undefined;
    if (!timedOut && !(cause instanceof Error)) throw error;
    throw new UsageError(
      `Nothing answers at ${arm} (${String(cause ?? error)}). Correct --arm, or start that server first.`,
    );
  }
  if (response.ok) return (await response.json()) as Resources;
  await response.body?.cancel();
  return undefined;
}

async function put(arm: string, resources: Resources): Promise<void> {
  const body = JSON.stringify(resources);
  const response = await fetch(`${arm}/-/resources`, { method: 'PUT', body });
  if (!response.ok)
    throw new Error(`The simulated ARM at ${new URL(arm).origin} refused its resources: ${await response.text()}`);
}

/** Fields by which kinds of targets say where they live; a kind need not have all of them. */
interface Place {
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  readonly nsg?: string;
  readonly registry?: string;
  readonly policy?: string;
  readonly ruleCollectionGroup?: string;
  readonly firewall?: string;
  readonly collection?: string;
  readonly rule?: unknown;
}

/**
 * What the targets of a config need and the product does not create, as seeds for the simulated ARM: resource groups,
 * registries, network security groups, firewalls and policies with the collections that rules go into.
 */
export function seedsFor(config: Config): Readonly<Record<string, object>> {
  const seeds: Record<string, object> = {};
  const home = homes[config.cloud];
  const collections = new Map<string, Set<string>>();
  const collect = (id: string, name: string) => collections.set(id, (collections.get(id) ?? new Set()).add(name));
  const seed = (place: Place): void => {
    const { subscriptionId, resourceGroup, location = 'westeurope', nsg, policy, firewall, collection } = place;
    if (subscriptionId === undefined || resourceGroup === undefined) return;
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    const network = `${group}/providers/Microsoft.Network`;
    seeds[group] ??= { location };
    if (nsg !== undefined) seeds[`${network}/networkSecurityGroups/${nsg}`] ??= { location, properties: {} };
    if (place.registry !== undefined) {
      seeds[`${group}/providers/Microsoft.ContainerRegistry/registries/${place.registry}`] ??= registryIn(home);
    }
    if (policy !== undefined && collection !== undefined) {
      const id = `${network}/firewallPolicies/${policy}`;
      seeds[id] ??= { location, properties: {} };
      collect(`${id}/ruleCollectionGroups/${place.ruleCollectionGroup ?? ''}`, collection);
    }
    if (firewall !== undefined && collection !== undefined)
      collect(`${network}/azureFirewalls/${firewall}`, collection);
    if (typeof place.rule === 'object') seed({ subscriptionId, resourceGroup, location, ...place.rule });
  };

  for (const { settings } of Object.values(config.targets)) seed(settings);
  for (const { resourceId } of Object.values(config.registries)) {
    if (resourceId === undefined) continue;
    const [, , subscriptionId = '', , resourceGroup = '', , , , name = ''] = resourceId.split('/');
    seed({ subscriptionId, resourceGroup, registry: name });
  }
  for (const [id, names] of collections)
    seeds[id] = id.includes('/ruleCollectionGroups/') ? group(names) : firewall(names);
  return seeds;
}

/** A region of each cloud that the sample publications have. */
const homes: Readonly<Record<Config['cloud'], string>> = {
  Public: 'westeurope',
  AzureGovernment: 'usgovvirginia',
  China: 'chinaeast2',
};

function registryIn(location: string): object {
  return { location, sku: { name: 'Premium' }, properties: { networkRuleSet: { defaultAction: 'Deny', ipRules: [] } } };
}

const allow = { priority: 100, action: { type: 'Allow' }, rules: [] };

function group(names: ReadonlySet<string>): object {
  const ruleCollections = [...names].map((name) => ({
    ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
    name,
    ...allow,
  }));
  return { properties: { priority: 300, ruleCollections } };
}

function firewall(names: ReadonlySet<string>): object {
  const networkRuleCollections = [...names].map((name) => ({ name, properties: allow }));
  return { location: 'westeurope', properties: { networkRuleCollections } };
}
