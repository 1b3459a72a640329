import type { TokenCredential } from '@azure/core-auth';
import type { ArmCloud } from './clouds.ts';

/** Shared, because a credential keeps its token: ten targets need one token, not ten. */
const credentials = new Map<string, Promise<TokenCredential>>();

/**
 * The identity this process runs under: a managed identity in Azure, the signed-in developer elsewhere. Asks nobody
 * for a token yet. `clientId` picks one of several user-assigned identities.
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
