import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { noteWrite } from './exchange.ts';

const writing: readonly string[] = ['PUT', 'PATCH', 'POST', 'DELETE'];

/** Headers of an answer that tell where to ask next. */
const followed = ['azure-asyncoperation', 'location', 'operation-location'] as const;

/** The last station before the wire: tells of writes that leave, and leads requests to a simulated ARM where there is one. */
export class ArmHttp implements HttpClient {
  readonly #wire = createDefaultHttpClient();
  readonly #cloudEndpoint: string;
  readonly #simulated: string | undefined;

  /** `simulated`: a plain-http address, without a trailing slash, that answers in place of `cloudEndpoint`. */
  constructor(cloudEndpoint: string, simulated: string | undefined) {
    this.#cloudEndpoint = cloudEndpoint;
    this.#simulated = simulated;
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    if (writing.includes(request.method)) noteWrite();
    if (this.#simulated === undefined) return this.#wire.sendRequest(request);
    return this.#redirected(request, this.#simulated);
  }

  /**
   * The SDK refuses tokens over plain http and remembers the addresses it polls, so it must never see the real one:
   * away it is put in, and everything that comes back is put right again. A proxy was chosen for the real address too, and
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
