import { createHttpPoller, type OperationResponse, type OperationState } from '@azure/core-lro';
import { createPipelineRequest, type PipelineRequest } from '@azure/core-rest-pipeline';
import { objectAt, textAt } from '../../core/json.ts';
import type { Operations } from '../../ports/store.ts';
import type { Pace } from '../../ports/target.ts';
import { ArmError, asTargetError, operationErrorOf } from './arm-error.ts';
import type { ArmRequest } from './arm-http.ts';
import { type ArmAnswer, requireNotFailed } from './arm-requests.ts';

/** How a long-running operation is asked for. */
export interface Asking {
  readonly pace: Pace;
  send(about: ArmRequest, request: PipelineRequest): Promise<ArmAnswer>;
}

/** One look at an operation. Throws ArmError with what Azure says if it failed. */
export async function lookAtOperation(asking: Asking, about: ArmRequest, url: string): Promise<ArmAnswer> {
  const answer = await asking.send(about, createPipelineRequest({ url, abortSignal: about.signal }));
  requireNotFailed(about.subject, answer.body);
  return answer;
}

/**
 * Sends a write and waits for the end of the operation that it starts: by `Azure-AsyncOperation`, by `Location`, or by the
 * state of the resource, with the pauses that Azure asks for. The last answer: that to the write, or the resource as a GET
 * gives it after its operation; with `readsBack` that GET is spared, and it is the operation.
 * @param begun awaited before the first look, with the address where the operation is asked for.
 */
export async function writeUntilDone(
  asking: Asking,
  about: ArmRequest,
  write: PipelineRequest,
  readsBack: boolean,
  begun: (url: string) => Promise<void>,
): Promise<unknown> {
  const poller = createHttpPoller<unknown, OperationState<unknown>>(
    {
      async sendInitialRequest() {
        const answer = await asking.send(about, write);
        const operation = answer.headers.get('azure-asyncoperation');
        // Not the library's `withOperationLocation`: nothing waits for what that does.
        if (operation !== undefined) await begun(operation);
        return responseOf(write, answer);
      },
      async sendPollRequest(url) {
        const request = { method: 'GET', url };
        return responseOf(request, await lookAtOperation(asking, about, url));
      },
    },
    {
      intervalInMs: asking.pace.pollMs,
      resourceLocationConfig: 'original-uri',
      skipFinalGet: readsBack,
      // The library's own errors keep neither the code nor the state.
      resolveOnUnsuccessful: true,
    },
  );
  let last: unknown;
  try {
    last = await poller.pollUntilDone({ abortSignal: about.signal });
  } catch (error) {
    about.signal.throwIfAborted();
    throw asTargetError(about.subject, error, true);
  }
  if (poller.operationState?.status === 'succeeded') return last;
  // An operation without a status of its own is followed by the resource's state.
  const state = textAt(objectAt(last, 'properties'), 'provisioningState');
  throw operationErrorOf(about.subject, textAt(last, 'status') === undefined ? { status: state } : last);
}

function responseOf({ method, url }: { method: string; url: string }, answer: ArmAnswer): OperationResponse {
  const { status, headers, body } = answer;
  const rawResponse = { statusCode: status, request: { method, url }, headers: headers.toJSON(), body };
  return { flatResponse: body, rawResponse };
}

/**
 * Waits for the end of each operation that was begun at `since` or later and whose end was not seen. Throws ArmError with what
 * Azure says if one failed. One that Azure no longer knows is over: it forgets them after some days, and the live state
 * tells what became of it.
 */
export async function followOperations(
  asking: Asking,
  operations: Operations,
  since: Date,
  signal: AbortSignal,
): Promise<void> {
  for (const { url, subject } of await operations.open(since)) {
    const about = { subject, signal };
    try {
      while (isUnderWay((await lookAtOperation(asking, about, url)).body)) {
        await asking.pace.sleep(asking.pace.pollMs, signal);
      }
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      if (error.operationEnded || error.status === 404) await operations.ended(url);
      if (error.status === 404) continue;
      throw error;
    }
    await operations.ended(url);
  }
}

/** A failed one never gets here. An answer without a status tells of an end as well: waiting for more would never end. */
function isUnderWay(body: unknown): boolean {
  const status = textAt(body, 'status');
  return status !== undefined && status.toLowerCase() !== 'succeeded';
}
