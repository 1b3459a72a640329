import type { Family } from './address/family.ts';

/** What is known of a container registry: where it is and what it answers under. Plain data. */
export interface Registry {
  /** Where this comes from: its resource id, in lower case; or that a person named it, with what was named. */
  readonly origin: string;
  /** As the service spells it; never built from the registry's name, which may be followed by a hash. */
  readonly loginServer: string;
  /** Azure regions as ARM spells them, `westeurope`: its home first, then its geo-replicas, sorted. */
  readonly regions: readonly string[];
  /** Host names of its dedicated data endpoints; empty while they are off. */
  readonly dataEndpoints: readonly string[];
  /** Families it answers on. */
  readonly families: readonly Family[];
  /** Everything else that only its resource tells; absent for a registry that was named by hand. */
  readonly settings?: RegistrySettings;
}

/** Settings of a registry's resource that advice depends on. */
export interface RegistrySettings {
  /** The resource's own name. */
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly tier: 'Basic' | 'Standard' | 'Premium';
  readonly dataEndpointEnabled: boolean;
  readonly publicNetworkAccess: 'Enabled' | 'Disabled' | 'SecuredByPerimeter';
  readonly defaultAction: 'Allow' | 'Deny';
  /** Addresses and prefixes of its own firewall, as they are spelt there. */
  readonly ipRules: readonly string[];
  readonly privateEndpoints: readonly { readonly name: string; readonly status: string }[];
  /** Whether trusted Azure services pass its firewall, and whether ACR Tasks with an identity do. */
  readonly trustedServices: boolean;
  readonly trustedTasks: boolean;
  /** Name of an enforced network security perimeter, if there is one. */
  readonly perimeter?: string;
}

/** A registry of the config as it was last known. */
export interface KnownRegistry {
  /** Its name in the config. */
  readonly name: string;
  /** The last good answer; absent if there was none yet. */
  readonly registry?: Registry;
  /** ISO 8601: since when it has said this. */
  readonly saysSince?: string;
  /** Region of tags by ARM's spelling: `westeurope` to `WestEurope`. */
  readonly tagRegions: Readonly<Record<string, string>>;
  /** Regions of it that no tag is named for. */
  readonly withoutTag: readonly string[];
  /** Since when it cannot be read, ISO 8601, and why; absent while it can. */
  readonly unreadable?: { readonly since: string; readonly text: string };
}

/** What of a registry a list wants: its login server, its image layers, or both. */
export const registryParts = ['login', 'layers', 'all'] as const;
export type RegistryPart = (typeof registryParts)[number];

/** Fixed. Source: "Configure public IP network rules", learn.microsoft.com, January 2026; older pages say 100. */
export const IP_RULES_PER_REGISTRY = 200;

/** The domain of all storage accounts: image layers come from there while data endpoints are off. */
export const anyStorage: Readonly<Record<string, string>> = {
  Public: '*.blob.core.windows.net',
  AzureGovernment: '*.blob.core.usgovcloudapi.net',
  China: '*.blob.core.chinacloudapi.cn',
};

/** What clients of Microsoft's own registry of public images (MCR) need. */
export interface McrNeeds {
  readonly tags: readonly string[];
  readonly names: readonly string[];
  /** The tags have the addresses of the entry point, so that a firewall of addresses can let pulls through. */
  readonly byAddress: boolean;
}

const frontDoor = 'AzureFrontDoor.FirstParty';

/**
 * By cloud. Its entry point and its data endpoints are behind Azure Front Door, so `MicrosoftContainerRegistry` alone is not enough:
 * https://github.com/microsoft/containerregistry/blob/main/docs/client-firewall-rules.md. Names of China:
 * docs/mcr-endpoints-guidance.md there. Of the publications only those of Public have the tag of Microsoft's own Front Door.
 */
export function mcrNeeds(cloud: string): McrNeeds {
  const domain = cloud === 'China' ? 'mcr.azure.cn' : 'mcr.microsoft.com';
  const byAddress = cloud === 'Public';
  return {
    tags: ['MicrosoftContainerRegistry', ...(byAddress ? [frontDoor] : [])],
    names: [domain, `*.data.${domain}`],
    byAddress,
  };
}
