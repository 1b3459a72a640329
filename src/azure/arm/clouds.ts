import type { TokenCredential } from '@azure/core-auth';
import { type Cloud, clouds } from '../../core/publication/catalog.ts';

/** Endpoints of one Azure cloud and of its identities. */
export interface ArmCloud {
  /** Azure Resource Manager, without a trailing slash. */
  readonly endpoint: string;
  /** What a token must be asked for; an SDK asks for the Public one unless told otherwise. */
  readonly scope: string;
  /** Microsoft Entra. */
  readonly authority: string;
  /** The portal for people, without a trailing slash. */
  readonly portal: string;
}

/** Source: learn.microsoft.com, "Compare Azure Government and global Azure" and "Azure in China endpoints". */
const armClouds: Readonly<Record<Cloud, ArmCloud>> = {
  Public: {
    endpoint: 'https://management.azure.com',
    scope: 'https://management.azure.com/.default',
    authority: 'https://login.microsoftonline.com',
    portal: 'https://portal.azure.com',
  },
  AzureGovernment: {
    endpoint: 'https://management.usgovcloudapi.net',
    scope: 'https://management.usgovcloudapi.net/.default',
    authority: 'https://login.microsoftonline.us',
    portal: 'https://portal.azure.us',
  },
  China: {
    endpoint: 'https://management.chinacloudapi.cn',
    scope: 'https://management.chinacloudapi.cn/.default',
    authority: 'https://login.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
  },
};

/** The cloud by the name the publications use. Throws RangeError for any other name. */
export function armCloud(name: string): ArmCloud {
  const known = clouds.find((cloud) => cloud === name);
  if (known === undefined) throw new RangeError(`expected one of the clouds ${clouds.join(', ')}, got "${name}"`);
  return armClouds[known];
}

/** Shared, because a credential keeps its token: ten targets need one token, not ten. */
const credentials = new Map<string, Promise<TokenCredential>>();

/**
 * The identity this process runs under: a managed identity in Azure, the signed-in developer elsewhere. Requests no
 * token yet. `clientId` picks one of several user-assigned identities.
 */
export function credentialFor(cloud: ArmCloud, clientId: string | undefined): Promise<TokenCredential> {
  const key = `${cloud.authority} ${clientId ?? ''}`;
  const known = credentials.get(key);
  if (known !== undefined) return known;
  const made = makeCredential(cloud, clientId);
  credentials.set(key, made);
  return made;
}

async function makeCredential(cloud: ArmCloud, clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential({
    authorityHost: cloud.authority,
    ...(clientId === undefined ? {} : { managedIdentityClientId: clientId }),
  });
}

/** A made-up token for the simulated ARM, which asks for none: a real one never leaves over plain HTTP. */
export const simulatedCredential: TokenCredential = {
  getToken: () => Promise.resolve({ token: 'simulated', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
};
