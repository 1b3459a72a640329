import { isDeepStrictEqual } from 'node:util';
import type { Answer, ArmOptions, Call } from './call.ts';
import { ArmError, isJson, type Json, mergeJson, objectAt, pick, without } from './json.ts';
import type { OperationEnd, Operations } from './operations.ts';
import type { Resource, ResourceType } from './resource-type.ts';
import { type ArmPath, keyOf } from './resource-type.ts';
import type { ArmState } from './state.ts';
import { keptBy, shownBy } from './versioned.ts';

export interface Simulation {
  readonly state: ArmState;
  readonly operations: Operations;
  readonly options: Required<ArmOptions>;
}

/** Serves a request on one resource. Throws ArmError. */
export function serveResource(simulation: Simulation, call: Call, path: ArmPath, type: ResourceType): Answer {
  const method = type.methods.find((one) => one === call.method);
  if (method === undefined) {
    const message = `The resource type '${type.type}' does not support the http method '${call.method}'.`;
    throw new ArmError(405, 'HttpMethodNotAllowed', message);
  }
  checkGroup(simulation.state, path);
  if (method === 'GET') return { status: 200, body: shown(simulation.state, call, existing(simulation.state, path)) };
  checkLocks(simulation.state, path, method);
  if (path.parent !== undefined && simulation.state.get(path.parent) === undefined) {
    if (method === 'DELETE') return { status: 204 };
    throw notFound(path.parent, 'ParentResourceNotFound');
  }
  if (method === 'DELETE') return remove(simulation, call, path, type);
  if (method === 'PUT') return put(simulation, call, path, type, writtenBody(call.body));
  return patch(simulation, call, path, type, writtenBody(call.body));
}

/** Serves a list, a page at a time. */
export function serveCollection(simulation: Simulation, call: Call, path: ArmPath, type: ResourceType): Answer {
  const { state, options } = simulation;
  checkGroup(state, path);
  if (call.method !== 'GET') throw new ArmError(405, 'HttpMethodNotAllowed', `A list takes GET, got ${call.method}.`);
  if (path.parent !== undefined && state.get(path.parent) === undefined) {
    throw notFound(path.parent, 'ParentResourceNotFound');
  }
  const scope = `${keyOf(path.id.slice(0, path.id.toLowerCase().lastIndexOf('/providers/')))}/`;
  const members = (path.parent === undefined ? state.all() : state.childrenOf(path.parent)).filter(
    (resource) => resource.type === type && keyOf(resource.path.id).startsWith(path.parent === undefined ? scope : '/'),
  );
  const from = Number(call.query.get('$skipToken') ?? '0');
  const page = members.slice(from, from + options.pageSize).map((resource) => shown(state, call, resource));
  const next = from + options.pageSize;
  const more = next < members.length ? { nextLink: absolute(call, path.id, { $skipToken: String(next) }) } : {};
  return { status: 200, body: { value: page, ...more } };
}

function put(simulation: Simulation, call: Call, path: ArmPath, type: ResourceType, body: Json): Answer {
  const { state } = simulation;
  const stored = state.get(path.id);
  checkVersion(state, call, path, type, stored);
  checkLocation(type, body, stored);
  type.check({ path, body, stored, state });
  const settled = stored?.provisioningState === 'Succeeded';
  if (type.nullWhenUnchanged && settled && unchanged(stored, body)) return { status: 200, body: null };
  return write(simulation, call, path, type, keptBy(versionOf(call), type, body, body), stored);
}

function patch(simulation: Simulation, call: Call, path: ArmPath, type: ResourceType, body: Json): Answer {
  const { state } = simulation;
  const stored = existing(state, path);
  checkVersion(state, call, path, type, stored);
  if (type.patchesAll) {
    const merged = keptBy(versionOf(call), type, mergeJson(stored.body, body) as Json, body);
    type.check({ path, body: merged, stored, state });
    return write(simulation, call, path, type, merged, stored);
  }
  refuseWhenBusy(simulation, path.id);
  stored.body = { ...stored.body, ...pick(body, ['tags']) };
  state.touch(stored);
  return { status: 200, body: shown(state, call, stored) };
}

function write(
  simulation: Simulation,
  call: Call,
  path: ArmPath,
  type: ResourceType,
  body: Json,
  stored: Resource | undefined,
): Answer {
  const { state } = simulation;
  const before = stored === undefined ? null : state.asSeed(stored);
  const turn = takeTurn(simulation, path, type);
  const resource = state.put(stored?.path ?? path, type, body, 'Updating');
  const revert = call.fault?.revert ? () => state.seed(path.id, before) : undefined;
  const headers = begin(simulation, call, resource, turn, revert);
  return { status: stored === undefined ? 201 : 200, body: shown(state, call, resource), headers };
}

function remove(simulation: Simulation, call: Call, path: ArmPath, type: ResourceType): Answer {
  const { state } = simulation;
  const stored = state.get(path.id);
  if (stored === undefined) return { status: 204 };
  checkVersion(state, call, path, type, stored);
  type.checkRemoval?.(stored, state);
  const before = state.asSeed(stored);
  const turn = takeTurn(simulation, path, type);
  const revert = () => state.seed(path.id, before);
  const headers = begin(simulation, call, stored, turn, revert, () => state.remove(path.id));
  // A part leaves its whole at once, so that a newer write does not bring it back.
  if (type.whenBusy === 'supersede') state.remove(path.id);
  else stored.provisioningState = 'Deleting';
  return { status: 202, headers };
}

/** The id of an operation to come, and the keys of what a cancelled one leaves behind for it. */
interface Turn {
  readonly operation: string;
  readonly inherited: readonly string[];
}

/** Refuses, or cancels what runs. Throws ArmError. */
function takeTurn(simulation: Simulation, path: ArmPath, type: ResourceType): Turn {
  const operation = simulation.options.newId();
  const occupied = occupiedBy(path, type);
  if (type.whenBusy === 'refuse') refuseWhenBusy(simulation, occupied);
  const running = simulation.operations.running(occupied);
  if (running === undefined) return { operation, inherited: [] };
  simulation.operations.supersede(running, operation);
  return { operation, inherited: [...running.updating] };
}

function refuseWhenBusy(simulation: Simulation, id: string): void {
  const running = simulation.operations.running(id);
  if (running === undefined) return;
  const what = `Another operation on this or dependent resource is in progress. Operation id: ${running.id}.`;
  if (simulation.options.whenBusy === 409) throw new ArmError(409, 'AnotherOperationInProgress', what);
  throw new ArmError(429, 'RetryableErrorDueToAnotherOperation', what);
}

function begin(
  simulation: Simulation,
  call: Call,
  resource: Resource,
  { operation: id, inherited }: Turn,
  revert: (() => void) | undefined,
  finish?: () => void,
): Record<string, string> {
  const { state, operations, options } = simulation;
  const { path, type } = resource;
  const group = state.get(`/subscriptions/${path.subscription}/resourceGroups/${path.resourceGroup}`);
  const region = String(resource.body.location ?? group?.body.location ?? 'westus')
    .toLowerCase()
    .replaceAll(' ', '');
  const touched = [path.id, ...(type.touches?.(resource, state) ?? []), ...inherited].map(keyOf);
  const before = touched.map((key) => {
    const now = state.get(key)?.provisioningState ?? 'Succeeded';
    return [key, now === 'Updating' ? 'Succeeded' : now] as const;
  });
  operations.start({
    id,
    subscription: path.subscription,
    location: region,
    occupies: keyOf(occupiedBy(path, type)),
    written: keyOf(path.id),
    updating: new Set(touched),
    ...(call.fault?.alone ? { spares: new Map(before) } : {}),
    endsAt: call.now + options.operationMs,
    planned: plannedEnd(call, resource, state),
    ...(finish === undefined ? {} : { finish }),
    ...(revert === undefined ? {} : { revert }),
  });
  const namespace = type.type.split('/')[0];
  const at = `/subscriptions/${path.subscription}/providers/${namespace}/locations/${region}`;
  return {
    'Azure-AsyncOperation': absolute(call, `${at}/operations/${id}`),
    ...(finish === undefined ? {} : { Location: absolute(call, `${at}/operationResults/${id}`) }),
    'Azure-AsyncNotification': 'Enabled',
    'Retry-After': retryAfter(options),
  };
}

function occupiedBy(path: ArmPath, type: ResourceType): string {
  return type.occupies === 'parent' && path.parent !== undefined ? path.parent : path.id;
}

function plannedEnd(call: Call, resource: Resource, state: ArmState): OperationEnd {
  const { fault } = call;
  if (fault?.operation !== undefined) {
    const code = fault.code ?? (fault.operation === 'Failed' ? 'InternalServerError' : 'Canceled');
    return { status: fault.operation, code, message: fault.message ?? 'An error occurred.' };
  }
  const failure = resource.type.fails?.(resource, state);
  return failure === undefined ? { status: 'Succeeded' } : { status: 'Failed', ...failure };
}

/** A resource as the version that was asked for answers it. */
function shown(state: ArmState, call: Call, resource: Resource): Json {
  return shownBy(versionOf(call), resource.type, state.render(resource));
}

function versionOf({ query }: Call): string {
  return query.get('api-version') ?? '';
}

function existing(state: ArmState, path: ArmPath): Resource {
  const resource = state.get(path.id);
  if (resource !== undefined) return resource;
  if (path.type === 'Microsoft.Resources/resourceGroups') throw noGroup(path.name);
  throw notFound(path.id, path.parent === undefined ? 'ResourceNotFound' : 'NotFound');
}

function notFound(id: string, code: string): ArmError {
  const short = id.replace(/^.*\/providers\//i, '');
  const group = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
  return new ArmError(404, code, `The Resource '${short}' under resource group '${group}' was not found.`);
}

function noGroup(name: string): ArmError {
  return new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

function checkGroup(state: ArmState, path: ArmPath): void {
  if (path.resourceGroup === undefined) return;
  const id = `/subscriptions/${path.subscription}/resourceGroups/${path.resourceGroup}`;
  if (state.get(id) === undefined) throw noGroup(path.resourceGroup);
}

function checkLocks(state: ArmState, path: ArmPath, method: string): void {
  const key = `${keyOf(path.id)}/`;
  for (const lock of state.locks) {
    if (!key.startsWith(`${keyOf(lock.scope)}/`)) continue;
    if (method !== 'DELETE' && lock.level === 'CanNotDelete') continue;
    const action = method === 'DELETE' ? 'delete' : 'write';
    const message =
      `The scope '${path.id}' cannot perform ${action} operation because following scope(s) are locked: ` +
      `'${lock.scope}'. Please remove the lock and try again.`;
    throw new ArmError(409, 'ScopeLocked', message);
  }
}

function checkVersion(
  state: ArmState,
  call: Call,
  path: ArmPath,
  type: ResourceType,
  stored: Resource | undefined,
): void {
  const expected = call.headers['if-match'];
  if (!type.ifMatch || expected === undefined) return;
  const current = stored === undefined ? undefined : state.etagOf(stored);
  if (current !== undefined && (expected === '*' || expected === current)) return;
  const message =
    `Precondition failed. Etag provided in if-match header ${expected} does not match etag ` +
    `${current ?? '(none)'} of resource ${path.id} in NRP data store.`;
  throw new ArmError(412, 'PreconditionFailed', message);
}

function checkLocation(type: ResourceType, body: Json, stored: Resource | undefined): void {
  if (!type.tracked) return;
  if (typeof body.location !== 'string' || body.location === '') {
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  const plain = (location: unknown) => String(location).toLowerCase().replaceAll(' ', '');
  const before = stored?.body.location;
  if (before !== undefined && plain(before) !== plain(body.location)) {
    const message = `The resource already exists in location '${String(before)}'; it cannot be created in '${body.location}'.`;
    throw new ArmError(409, 'InvalidResourceLocation', message);
  }
}

function unchanged(stored: Resource, body: Json): boolean {
  const { readOnly } = stored.type;
  const plain = (one: Json) => without(objectAt(one, 'properties'), 'provisioningState', ...readOnly);
  return isDeepStrictEqual(plain(stored.body), plain(body));
}

function writtenBody(body: unknown): Json {
  if (isJson(body)) return body;
  throw new ArmError(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
}

export function retryAfter(options: Required<ArmOptions>): string {
  return String(Math.floor(options.operationMs / 1000));
}

function absolute(call: Call, path: string, query: Readonly<Record<string, string>> = {}): string {
  return `${call.base}${path}?${new URLSearchParams({ 'api-version': versionOf(call), ...query })}`;
}
