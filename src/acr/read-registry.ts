import { ArmClient } from '../azure/arm/arm-client.ts';
import type { ArmPlace } from '../azure/arm/arm-connection.ts';
import { unreadable } from '../azure/arm/arm-error.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../core/json.ts';
import type { Registry, RegistrySettings } from '../core/registry.ts';
import { regionName } from './derive.ts';

/** Every run begins with this read. A registry that does not answer in this time keeps what was known of it. */
const budgetMs = 30_000;

/**
 * Reads a registry and its replications; writes nothing. Needs Microsoft.ContainerRegistry/registries/read and
 * registries/replications/read. Throws TargetError, which names the missing right. Raw, because the SDK's models drop
 * `endpointProtocol` and the security perimeter.
 */
export async function readRegistry(resourceId: string, place: ArmPlace, signal: AbortSignal): Promise<Registry> {
  const [, , subscriptionId = '', , group = '', , , , name = ''] = resourceId.split('/');
  const arm = await ArmClient.open({ ...place, subscriptionId, pace: { budgetMs } });
  const subject = `registry ${name} (resource group ${group})`;
  const raw = await arm.read(subject, signal, resourceId);
  // Only this tier has replicas.
  const hasReplicas = textAt(objectAt(raw, 'sku'), 'name') === 'Premium';
  const replications = hasReplicas ? await arm.list(subject, signal, `${resourceId}/replications`) : [];
  return registryOf(resourceId, raw, replications);
}

/**
 * A registry from its raw resource and those of its replications. Throws ArmError `unreadable` for anything that cannot be
 * a registry: a list must never shrink because a response was misread.
 */
function registryOf(id: string, raw: JsonObject, replications: readonly JsonObject[]): Registry {
  const subject = `registry ${id}`;
  const properties = objectAt(raw, 'properties');
  const loginServer = textAt(properties, 'loginServer')?.toLowerCase();
  const location = textAt(raw, 'location');
  if (!loginServer?.includes('.')) throw unreadable(subject, 'Azure answered it without a login server');
  if (!location) throw unreadable(subject, 'Azure answered it without a location');
  const home = regionName(location);
  const replicas = replications.map((replica) => {
    const at = textAt(replica, 'location');
    if (!at) throw unreadable(subject, 'Azure answered a replication without a location');
    return regionName(at);
  });
  const settings = settingsOf(subject, id, raw);
  const dataEndpoints = textsAt(subject, properties, 'dataEndpointHostNames').map((host) => host.toLowerCase());
  if (settings.dataEndpointEnabled && dataEndpoints.length === 0) {
    throw unreadable(subject, 'Azure says that its data endpoints are on and names none');
  }
  return {
    origin: id.toLowerCase(),
    loginServer,
    regions: [home, ...[...new Set(replicas)].filter((region) => region !== home).sort()],
    dataEndpoints: settings.dataEndpointEnabled ? [...dataEndpoints].sort() : [],
    // The field is in preview and absent from older answers: a registry answers on IPv4 only unless it says otherwise.
    families: textAt(properties, 'endpointProtocol') === 'IPv4AndIPv6' ? ['ipv4', 'ipv6'] : ['ipv4'],
    settings,
  };
}

function settingsOf(subject: string, id: string, raw: JsonObject): RegistrySettings {
  const properties = objectAt(raw, 'properties');
  const ruleSet = objectAt(properties, 'networkRuleSet');
  const tier = textAt(objectAt(raw, 'sku'), 'name');
  if (tier !== 'Basic' && tier !== 'Standard' && tier !== 'Premium') {
    throw unreadable(subject, `expected the tier Basic, Standard or Premium, got ${tier ?? 'none'}`);
  }
  const access = textAt(properties, 'publicNetworkAccess') ?? 'Enabled';
  if (access !== 'Enabled' && access !== 'Disabled' && access !== 'SecuredByPerimeter') {
    throw unreadable(subject, `expected publicNetworkAccess Enabled or Disabled, got ${access}`);
  }
  const perimeter = textAt(objectAt(properties, 'networkSecurityPerimeter'), 'id');
  const [, , subscriptionId = '', , resourceGroup = ''] = id.split('/');
  return {
    name: textAt(raw, 'name') ?? id.slice(id.lastIndexOf('/') + 1),
    subscriptionId,
    resourceGroup,
    tier,
    dataEndpointEnabled: properties.dataEndpointEnabled === true,
    publicNetworkAccess: access,
    defaultAction: textAt(ruleSet, 'defaultAction') === 'Deny' ? 'Deny' : 'Allow',
    ipRules: objectsAt(ruleSet, 'ipRules').flatMap((rule) => textAt(rule, 'value') ?? []),
    privateEndpoints: objectsAt(properties, 'privateEndpointConnections').map((connection) => {
      const of = objectAt(connection, 'properties');
      const endpoint = textAt(objectAt(of, 'privateEndpoint'), 'id') ?? textAt(connection, 'name') ?? '';
      return {
        name: endpoint.slice(endpoint.lastIndexOf('/') + 1),
        status: textAt(objectAt(of, 'privateLinkServiceConnectionState'), 'status') ?? 'unknown',
      };
    }),
    trustedServices: textAt(properties, 'networkRuleBypassOptions') !== 'None',
    trustedTasks: properties.networkRuleBypassAllowedForTasks === true,
    ...(access === 'SecuredByPerimeter'
      ? { perimeter: perimeter?.slice(perimeter.lastIndexOf('/') + 1) ?? 'a network security perimeter' }
      : {}),
  };
}

function textsAt(subject: string, value: unknown, name: string): string[] {
  const found = isObject(value) ? (value[name] ?? []) : [];
  if (!Array.isArray(found) || !found.every((one) => typeof one === 'string')) {
    throw unreadable(subject, `expected ${name} to be a list of texts`);
  }
  return found;
}

function objectsAt(value: JsonObject, name: string): JsonObject[] {
  const found = value[name];
  return Array.isArray(found) ? found.filter(isObject) : [];
}
