import type { Answer, Call } from './call.ts';
import type { Buckets } from './faults.ts';
import { ArmError, isJson, type Json, objectAt } from './json.ts';
import { keyOf, parseArmPath } from './resource-type.ts';
import { retryAfter, type Simulation, serveCollection, serveResource } from './serve-resource.ts';
import type { ArmState } from './state.ts';

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

const statusPath =
  /^\/subscriptions\/([^/]+)\/providers\/[^/]+\/locations\/[^/]+\/(operations|operationResults)\/([^/]+)$/i;

/** Serves the status or the result of a long-running operation; undefined if the path is of another kind. */
function serveOperation(simulation: Simulation, call: Call): Answer | undefined {
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

const serviceTagsPath = /^(\/subscriptions\/[^/]+\/providers\/Microsoft\.Network\/locations\/[^/]+)\/serviceTags$/i;

/**
 * The Service Tag Discovery API: the document seeded at the location, with numbers as texts as the real one has them. A
 * location without one answers as the real one does to whom may not read: 200 and nothing. Undefined for other paths.
 */
function serveServiceTags(state: ArmState, call: Call): Answer | undefined {
  const location = serviceTagsPath.exec(call.path)?.[1];
  if (location === undefined || call.method !== 'GET') return undefined;
  const stored = state.get(location);
  const document = stored === undefined ? {} : objectAt(objectAt(stored.body, 'properties'), 'serviceTags');
  const cloud = typeof document.cloud === 'string' ? document.cloud : 'Public';
  const name = cloud.toLowerCase();
  return {
    status: 200,
    body: {
      name,
      id: `/subscriptions/${location.split('/')[2]}/providers/Microsoft.Network/serviceTags/${name}`,
      type: 'Microsoft.Network/serviceTags',
      changeNumber: String(document.changeNumber ?? ''),
      cloud,
      values: (Array.isArray(document.values) ? document.values : []).filter(isJson).map(asAnswered),
    },
  };
}

function asAnswered(value: Json): Json {
  const { addressPrefixes, changeNumber, region, systemService } = objectAt(value, 'properties');
  return {
    name: value.name,
    id: value.id,
    serviceTagChangeNumber: '1',
    properties: { addressPrefixes, changeNumber: String(changeNumber ?? ''), region, systemService, state: 'GA' },
  };
}

const authorizationPath = /^(\/.+)\/providers\/Microsoft\.Authorization\/(locks|denyAssignments|permissions)$/i;

/**
 * Permissions, locks and deny assignments that hold at a scope, those of the scopes above included; of a resource group also
 * the locks of what is in it, as ARM lists them. Undefined for other paths.
 */
function serveAuthorization(state: ArmState, call: Call): Answer | undefined {
  const [, scope = '', what = ''] = authorizationPath.exec(call.path) ?? [];
  if (scope === '' || call.method !== 'GET') return undefined;
  const holds = (one: { readonly scope: string }) => `${keyOf(scope)}/`.startsWith(`${keyOf(one.scope)}/`);
  if (what.toLowerCase() === 'permissions') {
    const own = state.permissions.filter(holds).map(({ actions }) => ({ actions, notActions: [] }));
    // No permissions were seeded: every caller may do everything.
    return {
      status: 200,
      body: { value: state.permissions.length === 0 ? [{ actions: ['*'], notActions: [] }] : own },
    };
  }
  if (what.toLowerCase() === 'locks') {
    const below = (one: { readonly scope: string }) => `${keyOf(one.scope)}/`.startsWith(`${keyOf(scope)}/`);
    const value = state.locks
      .filter((lock) => holds(lock) || below(lock))
      .map(({ scope: at, level }, index) => ({
        id: `${at}/providers/Microsoft.Authorization/locks/lock${index + 1}`,
        type: 'Microsoft.Authorization/locks',
        name: `lock${index + 1}`,
        properties: { level },
      }));
    return { status: 200, body: { value } };
  }
  const value = state.denyAssignments.filter(holds).map(({ scope: at, properties }, index) => ({
    id: `${at}/providers/Microsoft.Authorization/denyAssignments/deny${index + 1}`,
    type: 'Microsoft.Authorization/denyAssignments',
    name: `deny${index + 1}`,
    properties: { scope: at, ...properties },
  }));
  return { status: 200, body: { value } };
}
