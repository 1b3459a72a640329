import { NETWORK, RESOURCE_GROUP, SUBSCRIPTION } from './arm-fixture.ts';

/** Firewalls and policies around one rule of ours: between rules, collections and types that we know nothing of. */

export const POLICY = `${NETWORK}/firewallPolicies/hub`;
export const RULES = `${POLICY}/ruleCollectionGroups/apps`;
export const FIREWALL = `${NETWORK}/azureFirewalls/branch`;
export const RULE = 'acr';

const place = { subscriptionId: SUBSCRIPTION, resourceGroup: RESOURCE_GROUP, collection: 'allow', rule: RULE };

/** Where the rule is, as a config says it. */
export const rulePlaces = {
  policy: { ...place, policy: 'hub', ruleCollectionGroup: 'apps' },
  classic: { ...place, firewall: 'branch' },
} as const;

/** Our rule, and two of others. */
function rulesAround(ours: object | undefined, type: string, protocols: string): object[] {
  return [
    { ruleType: 'QuantumRule', name: 'unknown', entangled: ['x', { y: null }] },
    ...(ours === undefined ? [] : [{ ...ours, terms: { from: 'the future' } }]),
    { ruleType: type, name: 'theirs', destinationAddresses: ['10.9.0.0/16'], [protocols]: ['Any'] },
  ];
}

/** A rule collection group with our rule in the collection called allow. */
export function groupWith(ours?: object, type = 'NetworkRule') {
  return {
    properties: {
      priority: 300,
      ruleCollections: [
        { ruleCollectionType: 'FirewallPolicyTeleportCollection', name: 'beam', unknown: { deep: [1] } },
        {
          ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
          name: 'allow',
          priority: 100,
          action: { type: 'Allow' },
          rules: rulesAround(ours, type, 'ipProtocols'),
        },
      ],
    },
  };
}

/** A classic firewall with our rule in the collection called allow, and a rule of the same name in another one. */
export function firewallWith(ours?: object) {
  return {
    location: 'westus',
    properties: {
      sku: { name: 'AZFW_VNet', tier: 'Standard' },
      natRuleCollections: [{ name: 'nat', properties: { oddity: true } }],
      networkRuleCollections: [
        { name: 'other', properties: { rules: [{ name: RULE, destinationAddresses: ['192.0.2.1'] }] } },
        {
          name: 'allow',
          id: `${FIREWALL}/networkRuleCollections/allow`,
          properties: {
            priority: 100,
            action: { type: 'Allow' },
            rules: rulesAround(ours, 'NetworkRule', 'protocols'),
          },
        },
      ],
    },
  };
}

export function policyWithRules(type?: string): Readonly<Record<string, object>> {
  return { [POLICY]: { location: 'westus', properties: {} }, [RULES]: groupWith(undefined, type) };
}

export function classicFirewall(): Readonly<Record<string, object>> {
  return { [FIREWALL]: firewallWith() };
}

const left = (state: string, properties: object = {}) => ({
  location: 'westus',
  properties: { ...properties, provisioningState: state },
});

/** A policy that is Failed, and one whose firewall is. */
export const brokenPolicy = [
  { seed: { [POLICY]: left('Failed') }, code: 'firewall-failed' },
  {
    seed: { [`${NETWORK}/azureFirewalls/under`]: left('Failed', { firewallPolicy: { id: POLICY } }) },
    code: 'firewall-failed',
  },
];

export const brokenFirewall = [
  { seed: { [FIREWALL]: left('Failed', firewallWith().properties) }, code: 'firewall-failed' },
];

const where = `--resource-group ${RESOURCE_GROUP} --subscription ${SUBSCRIPTION}`;
export const repairs = {
  policy: `az network firewall policy rule-collection-group update --policy-name hub --name apps ${where}`,
  classic: `az network firewall update --name branch ${where}`,
};

/** The rules of the collection called allow, of a raw rule collection group or classic firewall. */
export function rulesIn(raw: unknown): readonly Record<string, unknown>[] {
  const { properties } = raw as { properties: Record<string, unknown> };
  const collections = (properties.ruleCollections ?? properties.networkRuleCollections) as Record<string, unknown>[];
  const allow = collections.find(({ name }) => name === 'allow') ?? {};
  const { rules } = 'rules' in allow ? allow : (allow.properties as Record<string, unknown>);
  return rules as Record<string, unknown>[];
}

/** Our rule in it. */
export function ruleIn(raw: unknown): Record<string, unknown> | undefined {
  return rulesIn(raw).find(({ name }) => name === RULE);
}

/** The collections of what a maker gives, as a merge patch. */
export function collectionsOf(whole: { readonly properties: object }): { readonly properties: object } {
  const properties = whole.properties as Record<string, unknown>;
  const field = 'ruleCollections' in properties ? 'ruleCollections' : 'networkRuleCollections';
  return { properties: { [field]: properties[field] } };
}
