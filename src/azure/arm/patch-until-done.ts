import { createHttpPoller } from '@azure/core-lro';
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { CallOptions } from '../call-options.ts';

/** PATCHes JSON to a URL and polls the operation that it starts, for resources that no SDK here has a client for. */
export function patchUntilDone(
  send: (request: PipelineRequest) => Promise<PipelineResponse>,
  url: string,
  body: string,
  { abortSignal, updateIntervalInMs }: CallOptions,
): Promise<unknown> {
  const ask = async (request: PipelineRequest) => {
    const response = await send(request);
    const text = response.bodyAsText ?? '';
    const answer: unknown = text.trim() === '' ? undefined : JSON.parse(text);
    const rawResponse = {
      statusCode: response.status,
      request: { method: request.method, url: request.url },
      headers: response.headers.toJSON(),
      body: answer,
    };
    return { flatResponse: answer, rawResponse };
  };
  const headers = createHttpHeaders({ accept: 'application/json', 'content-type': 'application/json' });
  return createHttpPoller(
    {
      sendInitialRequest: () => ask(createPipelineRequest({ url, method: 'PATCH', body, headers, abortSignal })),
      sendPollRequest: (next) => ask(createPipelineRequest({ url: next, abortSignal })),
    },
    { intervalInMs: updateIntervalInMs, resourceLocationConfig: 'original-uri' },
  ).pollUntilDone({ abortSignal });
}
