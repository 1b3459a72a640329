import { ArmError, arrayAt, isJson, objectAt, readAddressText } from '../json.ts';
import type { ResourceType } from '../resource-type.ts';

/** Addresses and prefixes a registry; documented in January 2026, older documents say 100. */
const maxRules = 200;

/**
 * The last version with virtual network rules; those after it lack them.
 * Source: https://github.com/Azure/azure-rest-api-specs/pull/16481.
 */
const withVirtualNetworks = '2021-08-01-preview';

export const registries: ResourceType = {
  type: 'Microsoft.ContainerRegistry/registries',
  apiVersions: ['2025-11-01', withVirtualNetworks],
  versioned: [{ path: ['networkRuleSet', 'virtualNetworkRules'], versions: [withVirtualNetworks] }],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'none',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  patchesAll: true,
  readOnly: ['loginServer', 'creationDate', 'status', 'dataEndpointHostNames', 'privateEndpointConnections'],
  check({ path, body, state: { quotas } }) {
    const sku = String(objectAt(body, 'sku').name);
    if (!['Basic', 'Standard', 'Premium'].includes(sku)) throw refusal(`the SKU ${sku} is not known`);
    if (!/^[A-Za-z0-9]{5,50}$/.test(path.name))
      throw refusal(`the name ${path.name} is not 5 to 50 letters and digits`);
    if (sku !== 'Premium' && objectAt(body, 'properties').dataEndpointEnabled === true) {
      throw refusal(`dedicated data endpoints need the SKU Premium, it is ${sku}`);
    }
    const ruleSet = objectAt(objectAt(body, 'properties'), 'networkRuleSet');
    const rules = arrayAt(ruleSet, 'ipRules');
    if (rules.length > 0 && sku !== 'Premium') throw refusal(`IP rules need the SKU Premium, it is ${sku}`);
    const { ipRules: most = maxRules } = quotas;
    if (rules.length > most) throw tooMany(most, sku);
    const seen = new Set<string>();
    for (const rule of rules) {
      const value = isJson(rule) ? String(rule.value) : '';
      const { family, form } = readAddressText(value);
      if (family !== 'ipv4' || form === 'range') throw refusal(`"${value}" is not an IPv4 address or prefix`);
      // What happens to duplicates is not documented, so no caller may rely on it here.
      if (seen.has(value)) throw refusal(`${value} is there twice`);
      seen.add(value);
    }
  },
  derive({ path, body }, state) {
    const properties = objectAt(body, 'properties');
    const name = path.name.toLowerCase();
    const replicas = state.childrenOf(path.id, replications.type).map((replica) => replica.body.location);
    const regions = new Set([body.location, ...replicas].map((one) => String(one).toLowerCase().replaceAll(' ', '')));
    const hosts =
      properties.dataEndpointEnabled === true ? [...regions].map((one) => `${name}.${one}.data.azurecr.io`) : [];
    return {
      loginServer: properties.loginServer ?? `${name}.azurecr.io`,
      dataEndpointHostNames: properties.dataEndpointHostNames ?? hosts,
      privateEndpointConnections: arrayAt(properties, 'privateEndpointConnections'),
      networkRuleSet: { defaultAction: 'Allow', ipRules: [], ...objectAt(properties, 'networkRuleSet') },
    };
  },
};

/** As Azure words it, https://github.com/Azure/acr/issues/518; its code is not documented. */
function tooMany(most: number, sku: string): ArmError {
  const message = `The requested feature IP rule exceeds allowed quota ${most} for the SKU ${sku}.`;
  return new ArmError(400, 'QuotaExceeded', message);
}

/** The codes of these refusals are not documented. */
function refusal(why: string): ArmError {
  return new ArmError(400, 'InvalidRegistryProperties', `The registry cannot be like this: ${why}.`);
}

export const replications: ResourceType = {
  type: 'Microsoft.ContainerRegistry/registries/replications',
  apiVersions: ['2025-11-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'none',
  ifMatch: false,
  occupies: 'parent',
  whenBusy: 'refuse',
  readOnly: ['status'],
  check({ path, state }) {
    const registry = state.get(path.parent ?? '');
    const sku = String(objectAt(registry?.body ?? {}, 'sku').name);
    // The code of this refusal is not documented.
    if (sku !== 'Premium')
      throw new ArmError(400, 'InvalidReplication', `Replicas need the SKU Premium, it is ${sku}.`);
  },
};
