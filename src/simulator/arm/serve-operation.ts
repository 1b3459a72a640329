import type { Answer } from './answer.ts';
import { ArmError } from './arm-error.ts';
import type { Call } from './call.ts';
import { retryAfter, type Simulation } from './serve-resource.ts';

const statusPath =
  /^\/subscriptions\/([^/]+)\/providers\/[^/]+\/locations\/[^/]+\/(operations|operationResults)\/([^/]+)$/i;

/** Serves the status or the result of a long-running operation; undefined if the path is of another kind. */
export function serveOperation(simulation: Simulation, call: Call): Answer | undefined {
  const [, subscription, kind, id] = statusPath.exec(call.path) ?? [];
  if (subscription === undefined || kind === undefined || id === undefined) return undefined;
  const operation = simulation.operations.get(id);
  if (operation === undefined || operation.subscription.toLowerCase() !== subscription.toLowerCase()) {
    throw new ArmError(404, 'NotFound', `Operation ${id} was not found.`);
  }
  const { end } = operation;
  const wait = { 'Retry-After': retryAfter(simulation.options) };
  if (kind.toLowerCase() === 'operationresults') {
    const location = { Location: `${call.base}${call.path}?${call.query}` };
    if (end === undefined) return { status: 202, headers: { ...wait, ...location } };
    if (end.status === 'Succeeded') return { status: 204 };
    throw new ArmError(end.status === 'Canceled' ? 409 : 500, end.code, end.message);
  }
  if (end === undefined) return { status: 200, body: { status: 'InProgress' }, headers: wait };
  if (end.status === 'Succeeded') return { status: 200, body: { status: 'Succeeded' } };
  return {
    status: 200,
    body: { status: end.status, error: { code: end.code, message: end.message, details: end.details ?? [] } },
  };
}
