import type { NetworkManagementClient } from '@azure/arm-network';
import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createPipelineFromOptions,
  type Pipeline,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import project from '../../../package.json' with { type: 'json' };
import type { Operations } from '../../ports/store.ts';
import type { Pace } from '../../ports/target.ts';
import { ArmHttp, type ArmRequest } from './arm-http.ts';
import { type ArmAnswer, inTurnPolicy, sendInTurn, type Turns } from './arm-requests.ts';
import { type ArmCloud, armCloud, credentialFor, simulatedCredential } from './clouds.ts';
import { paceOf, type RateLimit, rateLimitOf } from './pace.ts';

/** Which Azure Resource Manager to speak to, and as whom. */
export interface ArmPlace {
  readonly cloud: string;
  /** Plain http: a simulated ARM, reached without a real token. https: another address of the real one. */
  readonly armEndpoint?: string;
  readonly identityClientId?: string;
}

export interface ArmClientOptions extends ArmPlace {
  readonly subscriptionId: string;
  readonly pace?: Partial<Pace>;
  /** Where operations under way are noted; absent: they are not resumed. */
  readonly operations?: Operations;
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

const userAgentPrefix = `${project.name}/${project.version}`;

/** The way to the ARM of one subscription: its host, the identity, and the pace of requests. */
export class ArmConnection implements Turns {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly pace: Pace;
  readonly limit: RateLimit;
  readonly #subscriptionId: string;
  readonly #scope: string;
  readonly #credential: TokenCredential;
  readonly #http: ArmHttp;
  readonly #pipeline: Pipeline;

  private constructor(options: ArmClientOptions, cloud: ArmCloud, credential: TokenCredential) {
    const given = options.armEndpoint?.replace(/\/+$/, '');
    const simulated = simulatedAt(given);
    // No token goes to plain http: what asks is shown the cloud's own address, and the requests are led away.
    this.endpoint = simulated === undefined && given !== undefined ? given : cloud.endpoint;
    // A simulation may be asked often, and people wait for it.
    this.pace = paceOf(simulated === undefined ? options.pace : { pollMs: 100, lookAgainMs: 0, ...options.pace });
    this.limit = rateLimitOf(`${given ?? this.endpoint} ${options.subscriptionId} ${options.identityClientId ?? ''}`);
    this.#subscriptionId = options.subscriptionId;
    this.#scope = cloud.scope;
    this.#credential = credential;
    this.#http = new ArmHttp(this.endpoint, simulated, cloud.endpoint);
    this.#pipeline = createPipelineFromOptions({ userAgentOptions: { userAgentPrefix } });
    this.#pipeline.removePolicy({ name: ownRetries });
    this.#pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: cloud.scope }));
  }

  static async open(options: ArmClientOptions): Promise<ArmConnection> {
    const cloud = armCloud(options.cloud);
    const isSimulated = simulatedAt(options.armEndpoint) !== undefined;
    const credential = isSimulated ? simulatedCredential : await credentialFor(cloud, options.identityClientId);
    return new ArmConnection(options, cloud, credential);
  }

  async token(): Promise<string | undefined> {
    return (await this.#credential.getToken(this.#scope))?.token;
  }

  /** Sends a request of our own making, bodies as they are. */
  send(about: ArmRequest, request: PipelineRequest): Promise<ArmAnswer> {
    const client = this.#http.clientFor(about);
    return sendInTurn(this, about, request, (sent) => this.#pipeline.sendRequest(client, sent));
  }

  /** Microsoft's client for Microsoft.Network, for one call. Loaded when it is asked for. */
  async network(about: ArmRequest): Promise<NetworkManagementClient> {
    const { networkClient } = await import('./network-client.ts');
    return networkClient({
      subscriptionId: this.#subscriptionId,
      endpoint: this.endpoint,
      credential: this.#credential,
      scope: this.#scope,
      httpClient: this.#http.clientFor(about),
      userAgentPrefix,
      policy: inTurnPolicy(this, about),
      instead: ownRetries,
    });
  }
}

/** The pipeline's own policy repeats lost writes blindly, and would multiply with our tries. */
const ownRetries = 'defaultRetryPolicy';

function simulatedAt(armEndpoint: string | undefined): string | undefined {
  return armEndpoint?.startsWith('http:') ? armEndpoint : undefined;
}

/** One connection, with its sockets and its token, for all targets of a subscription. */
const shared = new Map<string, Promise<ArmConnection>>();

/** The shared connection of a subscription; one of its own where a pace is given. */
export function connectionFor(options: ArmClientOptions): Promise<ArmConnection> {
  // The functions of a pace cannot be told apart.
  if (options.pace !== undefined) return ArmConnection.open(options);
  const key = JSON.stringify([options.cloud, options.subscriptionId, options.armEndpoint, options.identityClientId]);
  const known = shared.get(key);
  if (known !== undefined) return known;
  const made = ArmConnection.open(options);
  shared.set(key, made);
  made.catch(() => shared.delete(key));
  return made;
}
