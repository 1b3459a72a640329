import type { TargetDefinition } from '../../../src/ports/target.ts';
import { registry } from '../../../src/targets/registry.ts';
import type { ArmFixture } from '../target/fixture.ts';
import { armFixture, PREFIXES, RESOURCE_GROUP, SUBSCRIPTION } from './arm-fixture.ts';

export const REGISTRY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.ContainerRegistry/registries/contoso`;
export const REGISTRY_CONFIG = { subscriptionId: SUBSCRIPTION, resourceGroup: RESOURCE_GROUP, registry: 'contoso' };

export const ipRule = (value: string) => ({ action: 'Allow', value });

/** A registry with these rules; one that they have an effect on, unless `change` says otherwise. */
export function restricted(
  ipRules: readonly object[],
  change: { sku?: string; access?: string; action?: string; state?: string } = {},
) {
  const { sku = 'Premium', access = 'Enabled', action = 'Deny', state = 'Succeeded' } = change;
  return {
    location: 'westus',
    sku: { name: sku },
    tags: { team: 'apps' },
    properties: {
      provisioningState: state,
      adminUserEnabled: false,
      publicNetworkAccess: access,
      networkRuleSet: { defaultAction: action, ipRules, futureRules: [1] },
    },
  };
}

interface Raw {
  readonly properties: { readonly networkRuleSet: { readonly ipRules: readonly { readonly value: string }[] } };
}

export const registryFixture: ArmFixture = armFixture({
  definition: registry as unknown as TargetDefinition,
  config: REGISTRY_CONFIG,
  surroundings: { [REGISTRY]: restricted([]) },
  family: 'ipv4',
  idOf: () => REGISTRY,
  seed: (entries) => restricted(entries.map(ipRule)),
  changeTo: (entries) => ({
    properties: { networkRuleSet: { defaultAction: 'Deny', ipRules: entries.map(ipRule) } },
  }),
  entriesIn: (raw) => (raw as Raw).properties.networkRuleSet.ipRules.map(({ value }) => value),
  entries: PREFIXES,
  tight: { maxRules: 2 },
  repair: `az acr update --name contoso --resource-group ${RESOURCE_GROUP} --subscription ${SUBSCRIPTION}`,
  broken: [],
  requestsPerLook: 2,
  looksAgain: true,
  writeMethod: 'PATCH',
  unitPath: '/registries/contoso',
});
