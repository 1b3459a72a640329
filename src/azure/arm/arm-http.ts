import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { unreadable } from './arm-error.ts';

const writing: readonly string[] = ['PUT', 'PATCH', 'POST', 'DELETE'];

/** Headers of an answer that tell where to ask next. */
const followed = ['azure-asyncoperation', 'location', 'operation-location'] as const;

/** Longest answer, decompressed: ten times the largest one that Azure has, all service tags. */
const mostBytes = 64_000_000;

/** What a request is for; it goes along with every request of one call. */
export interface ArmRequest {
  /** Names the resource for people, in every error. */
  readonly subject: string;
  readonly signal: AbortSignal;
  /** Called for each write request that leaves the process. */
  readonly wrote?: () => void;
}

/**
 * The last step before a request leaves: refuses other hosts, reports each write, and leads requests to a
 * simulated ARM where there is one.
 */
export class ArmHttp {
  readonly #wire = createDefaultHttpClient();
  readonly #cloudEndpoint: string;
  readonly #arm: readonly URL[];
  readonly #simulated: string | undefined;

  /**
   * @param simulated a plain-http address, without a trailing slash, that answers in place of `cloudEndpoint`.
   * @param tokenFor what the token is made for: the cloud's own address, where `cloudEndpoint` is another one of it.
   */
  constructor(cloudEndpoint: string, simulated: string | undefined, tokenFor = cloudEndpoint) {
    this.#cloudEndpoint = cloudEndpoint;
    this.#arm = [cloudEndpoint, tokenFor].map((url) => new URL(url));
    this.#simulated = simulated;
  }

  /** What the requests of one call are sent with. */
  clientFor(about: ArmRequest): HttpClient {
    return { sendRequest: (request) => this.#send(request, about) };
  }

  async #send(request: PipelineRequest, { subject, wrote }: ArmRequest): Promise<PipelineResponse> {
    // What an answer says of where a page or an operation lies is asked with the token.
    const asked = URL.parse(request.url);
    if (asked === null || !this.#isArm(asked)) {
      const where = asked?.origin ?? request.url;
      throw unreadable(subject, `what is to be asked next lies at ${where}, expected ${this.#cloudEndpoint}`);
    }
    if (writing.includes(request.method)) wrote?.();
    return cutWhereTooLong(request, subject, () =>
      this.#simulated === undefined ? this.#wire.sendRequest(request) : this.#redirected(request, this.#simulated),
    );
  }

  /** ARM itself, and its regional hosts (`westus.management.azure.com`), which answers may name; a simulated ARM has none. */
  #isArm({ origin, protocol, port, hostname }: URL): boolean {
    return this.#arm.some(
      (arm) =>
        origin === arm.origin ||
        (this.#simulated === undefined &&
          protocol === 'https:' &&
          port === arm.port &&
          hostname.endsWith(`.${arm.hostname}`)),
    );
  }

  /**
   * The pipelines refuse tokens over plain http, and operations are noted by their addresses, so neither must see the real
   * one: away it is put in, and everything that comes back is put right again. A proxy was chosen for the real address too, and
   * what is meant for the simulated one must not leave through it.
   */
  async #redirected(request: PipelineRequest, simulated: string): Promise<PipelineResponse> {
    const { url: asked, agent } = request;
    delete request.agent;
    request.url = asked.replace(this.#cloudEndpoint, simulated);
    request.allowInsecureConnection = true;
    try {
      const response = await this.#wire.sendRequest(request);
      for (const header of followed) {
        const value = response.headers.get(header);
        if (value !== undefined) response.headers.set(header, value.replace(simulated, this.#cloudEndpoint));
      }
      const body = response.bodyAsText;
      if (typeof body === 'string') response.bodyAsText = body.replaceAll(simulated, this.#cloudEndpoint);
      return response;
    } finally {
      request.url = asked;
      if (agent !== undefined) request.agent = agent;
      request.allowInsecureConnection = false;
    }
  }
}

/** Sends a request and ends it while its answer arrives if that is longer than any is. */
async function cutWhereTooLong(
  request: PipelineRequest,
  subject: string,
  send: () => Promise<PipelineResponse>,
): Promise<PipelineResponse> {
  const tooLong = new AbortController();
  const { abortSignal } = request;
  const own = abortSignal instanceof AbortSignal ? [abortSignal] : [];
  request.abortSignal = AbortSignal.any([...own, tooLong.signal]);
  request.onDownloadProgress = ({ loadedBytes }) => {
    if (loadedBytes <= mostBytes) return;
    tooLong.abort();
    // The client waits for the end of what it reads, which an aborted connection does not give it.
    throw new Error('an answer that is too long');
  };
  try {
    return await send();
  } catch (error) {
    if (!tooLong.signal.aborted) throw error;
    throw unreadable(subject, `an answer of more than ${mostBytes / 1e6} MB`, error);
  } finally {
    delete request.onDownloadProgress;
    if (abortSignal === undefined) delete request.abortSignal;
    else request.abortSignal = abortSignal;
  }
}
