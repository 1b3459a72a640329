import type { TokenCredential } from '@azure/core-auth';
import { ArmHttp } from './arm-http.ts';
import { type ArmCloud, armCloud } from './clouds.ts';
import { credentialFor, simulatedCredential } from './credential.ts';

/** Which Azure Resource Manager to speak to, and as whom. */
export interface ArmPlace {
  readonly cloud: string;
  /** Plain http: a simulated ARM, reached without a real token. https: another address of the real one. */
  readonly armEndpoint?: string;
  readonly identityClientId?: string;
}

/** What an SDK's client needs to reach it. */
interface ArmReach {
  readonly cloud: ArmCloud;
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly http: ArmHttp;
  /** Whether a simulated ARM answers. */
  readonly simulated: boolean;
}

export async function reachArm({ cloud: name, armEndpoint, identityClientId }: ArmPlace): Promise<ArmReach> {
  const cloud = armCloud(name);
  const given = armEndpoint?.replace(/\/+$/, '');
  const simulated = given?.startsWith('http:') ? given : undefined;
  // The SDKs take no token to plain http: they are shown the cloud's own address, and the requests are led away.
  const endpoint = simulated === undefined && given !== undefined ? given : cloud.endpoint;
  const credential = simulated === undefined ? await credentialFor(cloud, identityClientId) : simulatedCredential;
  const http = new ArmHttp(endpoint, simulated, cloud.endpoint);
  return { cloud, endpoint, credential, http, simulated: simulated !== undefined };
}
