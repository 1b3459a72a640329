import { NetworkManagementClient } from '@azure/arm-network';
import type { TokenCredential } from '@azure/core-auth';
import { bearerTokenAuthenticationPolicyName, type HttpClient, type PipelinePolicy } from '@azure/core-rest-pipeline';

interface NetworkClientOptions {
  readonly subscriptionId: string;
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly scope: string;
  readonly httpClient: HttpClient;
  readonly userAgentPrefix: string;
  /** Retries and maps errors, in place of the policy of this name. */
  readonly policy: PipelinePolicy;
  readonly instead: string;
}

/**
 * Microsoft's client for Microsoft.Network. Only for what its models hold: they drop the fields they do not know. The
 * package is one class with all its operations, 1.4 MB of the bundle: load this file when one is asked for. Its import line
 * is here because import() of the package itself would bundle its enumerations as well.
 */
export function networkClient(options: NetworkClientOptions): NetworkManagementClient {
  const { subscriptionId, endpoint, credential, scope, httpClient, userAgentPrefix, policy, instead } = options;
  const client = new NetworkManagementClient(credential, subscriptionId, {
    endpoint,
    httpClient,
    credentials: { scopes: [scope] },
    userAgentOptions: { userAgentPrefix },
  });
  client.pipeline.removePolicy({ name: instead });
  client.pipeline.addPolicy(policy, { beforePolicies: [bearerTokenAuthenticationPolicyName] });
  return client;
}
