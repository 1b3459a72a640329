import type { RegistryPart } from '../../src/core/registry.ts';

/** What a registry is like in ARM, and everything that must follow from it. */
interface RegistryCase {
  readonly name: string;
  readonly sku: 'Basic' | 'Standard' | 'Premium';
  readonly location?: string;
  readonly properties?: object;
  /** ARM locations of its replicas. */
  readonly replicas?: readonly string[];
  /** Of the list; `all` if absent. */
  readonly part?: RegistryPart;
  readonly tags: readonly string[];
  readonly withoutTag?: readonly string[];
  readonly families?: readonly string[];
  readonly hosts: readonly string[];
  /** Rules that speak, in their order, with figures where they matter. */
  readonly advice: readonly (string | readonly [rule: string, figures: object])[];
}

/** 256, 512 and 1,024 addresses, so that sums tell which were counted. */
export const catalog = {
  'AzureContainerRegistry.GermanyWestCentral': ['20.0.0.0/24'],
  'AzureContainerRegistry.NorthEurope': ['20.1.0.0/24'],
  'AzureContainerRegistry.WestEurope': ['20.2.0.0/24'],
  'Storage.GermanyWestCentral': ['20.3.0.0/23'],
  'Storage.NorthEurope': ['20.4.0.0/23'],
  'Storage.WestEurope': ['20.5.0.0/22'],
};

const both = (region: string) => [`AzureContainerRegistry.${region}`, `Storage.${region}`];
const blob = '*.blob.core.windows.net';
const login = ['azurecr.io', 'contoso.azurecr.io'];
const deny = { defaultAction: 'Deny', ipRules: [{ action: 'Allow', value: '203.0.113.7' }] };
const approved = {
  id: 'connection',
  properties: {
    privateEndpoint: { id: '/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/privateEndpoints/pe-1' },
    privateLinkServiceConnectionState: { status: 'Approved' },
  },
};
const open = 'public-access';
const trusted = ['trusted-services', 'trusted-tasks'];

export const registryCases: readonly RegistryCase[] = [
  {
    name: 'Basic, one region',
    sku: 'Basic',
    tags: both('WestEurope'),
    hosts: [blob, ...login],
    advice: [['tier', { addresses: '1024' }], open, ['native-tag', { tags: 2, prefixes: 2 }]],
  },
  {
    name: 'Standard, login server alone',
    sku: 'Standard',
    part: 'login',
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: [['tier', { addresses: '0' }], open, ['native-tag', { tags: 1, prefixes: 1 }]],
  },
  {
    name: 'Premium without data endpoints',
    sku: 'Premium',
    tags: both('WestEurope'),
    hosts: [blob, ...login],
    advice: [
      ['data-endpoints-off', { addresses: '1024', prefixes: 1, hosts: 1, notReady: 1 }],
      open,
      ['private-link', { addresses: '1280', privateAddresses: 2 }],
      'native-tag',
    ],
  },
  {
    name: 'a location as ARM may also write it, whose tag spells itself out',
    sku: 'Premium',
    location: 'Germany West Central',
    tags: both('GermanyWestCentral'),
    hosts: [blob, ...login],
    advice: [['data-endpoints-off', { addresses: '512' }], open, 'private-link', 'native-tag'],
  },
  {
    name: 'a replica, and its home region listed as one',
    sku: 'Premium',
    replicas: ['northeurope', 'westeurope'],
    tags: [
      'AzureContainerRegistry.WestEurope',
      'AzureContainerRegistry.NorthEurope',
      'Storage.WestEurope',
      'Storage.NorthEurope',
    ],
    hosts: [blob, ...login],
    advice: [
      ['data-endpoints-off', { addresses: '1536', prefixes: 2, hosts: 2 }],
      open,
      ['private-link', { addresses: '2048', privateAddresses: 3 }],
      ['native-tag', { tags: 4, prefixes: 4 }],
    ],
  },
  {
    name: 'a replica in a region without a tag',
    sku: 'Premium',
    replicas: ['moonbase'],
    part: 'layers',
    tags: ['Storage.WestEurope'],
    withoutTag: ['moonbase'],
    hosts: [blob],
    advice: [
      ['region-without-tag', { regions: 2, missing: 1 }],
      ['data-endpoints-off', { hosts: 2 }],
      open,
      'private-link',
      'native-tag',
    ],
  },
  {
    name: 'data endpoints on',
    sku: 'Premium',
    replicas: ['northeurope'],
    properties: { dataEndpointEnabled: true },
    tags: [
      'AzureContainerRegistry.WestEurope',
      'AzureContainerRegistry.NorthEurope',
      'Storage.WestEurope',
      'Storage.NorthEurope',
    ],
    hosts: [
      'azurecr.io',
      'contoso.azurecr.io',
      'contoso.northeurope.data.azurecr.io',
      'contoso.westeurope.data.azurecr.io',
    ],
    advice: [
      ['storage-no-longer-needed', { addresses: '2048', left: '512', fewer: '1536', notReady: 1 }],
      ['data-endpoint-addresses', { hosts: 2 }],
      open,
      'private-link',
      'native-tag',
    ],
  },
  {
    name: 'a name label: a hash in every host name',
    sku: 'Premium',
    part: 'layers',
    properties: {
      loginServer: 'contoso-h4sh.azurecr.io',
      dataEndpointEnabled: true,
      dataEndpointHostNames: ['contoso-h4sh.westeurope.data.azurecr.io'],
    },
    tags: ['Storage.WestEurope'],
    hosts: ['contoso-h4sh.westeurope.data.azurecr.io'],
    advice: [
      ['storage-no-longer-needed', { left: '0', fewer: '1024' }],
      'data-endpoint-addresses',
      open,
      'private-link',
      'native-tag',
    ],
  },
  {
    name: 'both families',
    sku: 'Premium',
    part: 'login',
    properties: { dataEndpointEnabled: true, endpointProtocol: 'IPv4AndIPv6' },
    tags: ['AzureContainerRegistry.WestEurope'],
    families: ['ipv4', 'ipv6'],
    hosts: login,
    advice: ['data-endpoint-addresses', open, 'private-link', 'native-tag'],
  },
  {
    name: 'restricted to selected networks',
    sku: 'Premium',
    part: 'login',
    properties: { networkRuleSet: deny, networkRuleBypassOptions: 'AzureServices' },
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: ['private-link', 'native-tag', ...trusted],
  },
  {
    name: 'restricted, near its limit of rules, Tasks let in, other services not',
    sku: 'Premium',
    part: 'login',
    properties: {
      networkRuleSet: {
        defaultAction: 'Deny',
        ipRules: Array.from({ length: 160 }, (_, n) => ({ action: 'Allow', value: `203.0.113.${n}` })),
      },
      networkRuleBypassOptions: 'None',
      networkRuleBypassAllowedForTasks: true,
    },
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: [['ip-rules-limit', { ipRules: 160, limit: 200 }], 'private-link', 'native-tag', ...trusted],
  },
  {
    name: 'rules that every address passes',
    sku: 'Premium',
    part: 'login',
    properties: { networkRuleSet: { ...deny, defaultAction: 'Allow' } },
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: [['no-effect', { ipRules: 1 }], open, 'private-link', 'native-tag'],
  },
  {
    name: 'private endpoints only',
    sku: 'Premium',
    part: 'login',
    properties: { publicNetworkAccess: 'Disabled', networkRuleSet: deny, privateEndpointConnections: [approved] },
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: [['no-effect', { ipRules: 1 }], ['no-effect', { targets: 1 }], 'native-tag', ...trusted],
  },
  {
    name: 'a private endpoint beside public access',
    sku: 'Premium',
    part: 'login',
    properties: { privateEndpointConnections: [approved] },
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: [open, 'native-tag'],
  },
  {
    name: 'under an enforced perimeter',
    sku: 'Premium',
    part: 'login',
    properties: {
      publicNetworkAccess: 'SecuredByPerimeter',
      networkRuleSet: deny,
      networkSecurityPerimeter: { id: '/subscriptions/x/providers/Microsoft.Network/networkSecurityPerimeters/nsp-1' },
    },
    tags: ['AzureContainerRegistry.WestEurope'],
    hosts: login,
    advice: ['no-effect', 'private-link', 'native-tag', ...trusted],
  },
];
