import type { Answer } from './answer.ts';
import { ArmError } from './arm-error.ts';
import { parseArmPath } from './arm-path.ts';
import type { Buckets } from './buckets.ts';
import type { Call } from './call.ts';
import { serveAuthorization } from './serve-authorization.ts';
import { serveOperation } from './serve-operation.ts';
import { type Simulation, serveCollection, serveResource } from './serve-resource.ts';
import { serveServiceTags } from './serve-service-tags.ts';

/** Serves one request to ARM; what ARM refuses comes back as its error answer. */
export function serveArm(simulation: Simulation, buckets: Buckets, call: Call): Answer {
  let headers: Record<string, string> = {};
  try {
    checkToken(call);
    checkVersion(call);
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(call.path)?.[1];
    if (subscription !== undefined) headers = buckets.take(subscription, isWrite(call.method), call.now);
    const answer =
      serveOperation(simulation, call) ??
      serveServiceTags(simulation.state, call) ??
      serveAuthorization(simulation.state, call) ??
      serveTyped(simulation, call);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    return { status: error.status, body: error.body(), headers: { ...headers, ...error.headers } };
  }
}

export function isWrite(method: string): boolean {
  return ['PUT', 'PATCH', 'POST', 'DELETE'].includes(method);
}

function serveTyped(simulation: Simulation, call: Call): Answer {
  const path = parseArmPath(call.path);
  if (path === undefined) {
    throw new ArmError(404, 'InvalidResourceType', `Nothing is known under the path '${call.path}'.`);
  }
  const type = simulation.state.typeOf(path.type);
  if (type === undefined) {
    const [namespace, ...rest] = path.type.split('/');
    const message = `The resource type '${rest.join('/')}' could not be found in the namespace '${namespace}'.`;
    throw new ArmError(404, 'InvalidResourceType', message);
  }
  const version = call.query.get('api-version') ?? '';
  if (type.apiVersions !== undefined && !type.apiVersions.includes(version)) {
    const message =
      `No registered resource provider found for API version '${version}' of type '${type.type}'. ` +
      `The supported api-versions are '${type.apiVersions.join(', ')}'.`;
    throw new ArmError(400, 'NoRegisteredProviderFound', message);
  }
  const serve = path.kind === 'resource' ? serveResource : serveCollection;
  return serve(simulation, call, path, type);
}

function checkToken(call: Call): void {
  if (/^Bearer \S+$/i.test(call.headers.authorization ?? '')) return;
  const message = "Authentication failed. The 'Authorization' header is missing or invalid.";
  throw new ArmError(401, 'AuthenticationFailed', message, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
}

function checkVersion(call: Call): void {
  const version = call.query.get('api-version');
  if (version === null || version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    throw new ArmError(400, 'MissingApiVersionParameter', message);
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    throw new ArmError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
  }
}
