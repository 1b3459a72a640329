import { NetworkManagementClient } from '@azure/arm-network';
import { bearerTokenAuthenticationPolicyName } from '@azure/core-rest-pipeline';
import project from '../../../package.json' with { type: 'json' };
import type { Operations } from '../../ports/store.ts';
import type { Pace } from '../../ports/target.ts';
import type { ArmHttp } from './arm-http.ts';
import { type ArmPlace, reachArm } from './arm-reach.ts';
import { exchangePolicy } from './exchange.ts';
import { rateLimitOf } from './rate-limit.ts';
import { paceOf } from './retry.ts';

export interface ArmClientOptions extends ArmPlace {
  readonly subscriptionId: string;
  readonly pace?: Partial<Pace>;
  /** Where operations under way are noted; absent: nobody goes on with them. */
  readonly operations?: Operations;
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The SDK's client for one subscription, with what raw requests beside it need. */
export interface SdkClient {
  readonly network: NetworkManagementClient;
  readonly http: ArmHttp;
  readonly pace: Pace;
  readonly endpoint: string;
  readonly token: () => Promise<string | undefined>;
}

/** One SDK client, with its connections and its token, for all targets of a subscription: each takes 200 kB. */
const shared = new Map<string, Promise<SdkClient>>();

/** The shared client of a subscription; one of its own where a pace is given. */
export function sdkClientFor(options: ArmClientOptions): Promise<SdkClient> {
  // A pace of one's own is for tests: its functions cannot be told apart.
  if (options.pace !== undefined) return makeClient(options);
  const key = JSON.stringify([options.cloud, options.subscriptionId, options.armEndpoint, options.identityClientId]);
  const known = shared.get(key);
  if (known !== undefined) return known;
  const made = makeClient(options);
  shared.set(key, made);
  made.catch(() => shared.delete(key));
  return made;
}

async function makeClient(options: ArmClientOptions): Promise<SdkClient> {
  const { cloud, endpoint, credential, http, simulated } = await reachArm(options);
  const network = new NetworkManagementClient(credential, options.subscriptionId, {
    endpoint,
    httpClient: http,
    credentials: { scopes: [cloud.scope] },
    userAgentOptions: { userAgentPrefix: `${project.name}/${project.version}` },
  });
  // A simulation may be asked often, and people wait for it.
  const pace = paceOf(simulated ? { pollMs: 100, ...options.pace } : options.pace);
  // The SDK repeats lost PUTs blindly and would multiply with our own tries.
  network.pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  const limit = rateLimitOf(
    `${options.armEndpoint ?? endpoint} ${options.subscriptionId} ${options.identityClientId ?? ''}`,
  );
  network.pipeline.addPolicy(exchangePolicy(pace, limit), { beforePolicies: [bearerTokenAuthenticationPolicyName] });
  const token = async () => (await credential.getToken(cloud.scope))?.token;
  return { network, http, pace, endpoint, token };
}
