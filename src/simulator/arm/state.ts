import { isJson, type Json, mergeJson, objectAt, pick, without } from './json.ts';
import type { Quotas, Resource, Resources, ResourceType } from './resource-type.ts';
import { type ArmPath, keyOf, parseArmPath } from './resource-type.ts';

interface Lock {
  readonly scope: string;
  readonly level: 'CanNotDelete' | 'ReadOnly';
}

/** Thrown for a seed that the simulation cannot hold. */
export class SeedError extends Error {
  override name = 'SeedError';
}

/** All resources and locks of the simulation, in memory. */
export class ArmState implements Resources {
  readonly #types: ReadonlyMap<string, ResourceType>;
  readonly #newId: () => string;
  readonly #resources = new Map<string, Resource>();
  locks: readonly Lock[] = [];
  /** What the caller may do, by scope; none: everything. */
  permissions: readonly { readonly scope: string; readonly actions: readonly string[] }[] = [];
  quotas: Quotas = {};
  denyAssignments: readonly { readonly scope: string; readonly properties: Json }[] = [];

  constructor(types: readonly ResourceType[], newId: () => string) {
    this.#types = new Map(types.map((type) => [type.type.toLowerCase(), type]));
    this.#newId = newId;
  }

  typeOf(name: string): ResourceType | undefined {
    return this.#types.get(name.toLowerCase());
  }

  get(id: string): Resource | undefined {
    return this.#resources.get(keyOf(id));
  }

  all(): readonly Resource[] {
    return [...this.#resources.values()];
  }

  childrenOf(id: string, type?: string): readonly Resource[] {
    const parent = keyOf(id);
    return this.all().filter(
      (resource) =>
        resource.path.parent !== undefined &&
        keyOf(resource.path.parent) === parent &&
        (type === undefined || resource.type.type === type),
    );
  }

  /** Stores what was written and gives it a new version. Inline children become resources of their own. */
  put(path: ArmPath, type: ResourceType, written: Json, provisioningState: string): Resource {
    const body = without(written, 'id', 'name', 'type', 'etag');
    const { inline } = type;
    const hidden = inline === undefined ? type.readOnly : [...type.readOnly, inline.field];
    const properties = objectAt(written, 'properties');
    const known = this.get(path.id);
    const kept = known === undefined ? {} : pick(objectAt(known.body, 'properties'), type.readOnly);
    body.properties = { ...without(properties, 'provisioningState', ...hidden), ...kept };
    const resource: Resource = known ?? { path, type, body, provisioningState, etag: '' };
    resource.body = body;
    resource.provisioningState = provisioningState;
    this.#resources.set(keyOf(path.id), resource);
    if (inline !== undefined) this.#putInline(path, inline, properties[inline.field], provisioningState);
    this.touch(resource);
    return resource;
  }

  #putInline(path: ArmPath, inline: { field: string; type: string }, children: unknown, provisioningState: string) {
    const type = this.typeOf(inline.type);
    if (type === undefined) throw new Error(`type ${inline.type} is declared inline but is not registered`);
    for (const child of this.childrenOf(path.id, type.type)) this.#resources.delete(keyOf(child.path.id));
    const last = inline.type.split('/').at(-1);
    for (const child of Array.isArray(children) ? children.filter(isJson) : []) {
      const childPath = parseArmPath(`${path.id}/${last}/${String(child.name)}`);
      if (childPath !== undefined) this.put(childPath, type, child, provisioningState);
    }
  }

  remove(id: string): void {
    const resource = this.get(id);
    if (resource === undefined) return;
    for (const child of this.childrenOf(id)) this.remove(child.path.id);
    this.#resources.delete(keyOf(id));
    this.touch(resource);
  }

  /** A new version for a resource, and for those that share it. */
  touch(resource: Resource): void {
    resource.etag = `W/"${this.#newId()}"`;
    const parent = resource.path.parent === undefined ? undefined : this.get(resource.path.parent);
    if (resource.type.etag === 'parent' && parent !== undefined) parent.etag = resource.etag;
  }

  etagOf(resource: Resource): string {
    if (resource.type.etag !== 'parent' || resource.path.parent === undefined) return resource.etag;
    return this.get(resource.path.parent)?.etag ?? resource.etag;
  }

  /** The resource as a GET answers it. */
  render(resource: Resource): Json {
    const { path, type, body } = resource;
    const properties: Json = {
      provisioningState: resource.provisioningState,
      ...objectAt(body, 'properties'),
      ...type.derive?.(resource, this),
    };
    if (type.inline !== undefined) {
      properties[type.inline.field] = this.childrenOf(path.id, type.inline.type).map((child) => this.render(child));
    }
    const version = type.etag === 'none' ? {} : { etag: this.etagOf(resource) };
    return { ...body, name: path.name, id: path.id, type: type.type, ...version, properties };
  }

  /**
   * Puts a resource there without any check, as if it had always been so; what only the service writes is taken over
   * too. `null` removes. The resource group appears with it.
   */
  seed(id: string, seed: unknown): void {
    if (seed === null) {
      this.remove(id);
      return;
    }
    const path = parseArmPath(id);
    const type = path === undefined ? undefined : this.typeOf(path.type);
    if (path === undefined || type === undefined || path.kind !== 'resource') {
      const known = [...this.#types.values()].map((one) => one.type).join(', ');
      throw new SeedError(`expected the id of a resource of a known type (${known}), got "${id}"`);
    }
    if (!isJson(seed)) throw new SeedError(`expected a resource object or null at "${id}"`);
    if (path.parent !== undefined && this.get(path.parent) === undefined) {
      throw new SeedError(`expected "${path.parent}" to be there before its part "${id}"`);
    }
    this.#seedResourceGroup(path, seed.location);
    const properties = objectAt(seed, 'properties');
    const provisioningState = properties.provisioningState;
    const resource = this.put(
      path,
      type,
      seed,
      typeof provisioningState === 'string' ? provisioningState : 'Succeeded',
    );
    resource.body.properties = { ...objectAt(resource.body, 'properties'), ...pick(properties, type.readOnly) };
  }

  #seedResourceGroup(path: ArmPath, location: unknown): void {
    if (path.resourceGroup === undefined || path.type === 'Microsoft.Resources/resourceGroups') return;
    const id = `/subscriptions/${path.subscription}/resourceGroups/${path.resourceGroup}`;
    if (this.get(id) === undefined) this.seed(id, { location: typeof location === 'string' ? location : 'westus' });
  }

  /** A change by another client: a JSON merge patch; `null` removes it. */
  change(id: string, merge: unknown): void {
    const resource = this.get(id);
    this.seed(id, merge === null ? null : mergeJson(resource === undefined ? {} : this.asSeed(resource), merge));
  }

  /**
   * What would seed this resource as it is now: a GET without what is worked out each time. `coming` names the states
   * that running operations will leave behind.
   */
  asSeed(resource: Resource, coming: ReadonlyMap<string, string> = new Map()): Json {
    const { path, type, body } = resource;
    const provisioningState = coming.get(keyOf(path.id)) ?? resource.provisioningState;
    const properties: Json = { provisioningState, ...objectAt(body, 'properties') };
    if (type.inline !== undefined) {
      const children = this.childrenOf(path.id, type.inline.type);
      properties[type.inline.field] = children.map((child) => this.asSeed(child, coming));
    }
    return { ...body, name: path.name, id: path.id, type: type.type, properties };
  }

  /**
   * What would seed all this. Operations do not outlive the process, so what is under way counts as done: else a
   * resource seeded from here would be Updating for ever. Inline children are not repeated.
   */
  dump(coming: ReadonlyMap<string, string>): Json {
    const inline = new Set([...this.#types.values()].flatMap((type) => type.inline?.type ?? []));
    const own = this.all().filter(
      ({ type, path, provisioningState }) =>
        !inline.has(type.type) && !(provisioningState === 'Deleting' && coming.has(keyOf(path.id))),
    );
    return Object.fromEntries(own.map((resource) => [resource.path.id, this.asSeed(resource, coming)]));
  }

  clear(): void {
    this.#resources.clear();
    this.locks = [];
    this.denyAssignments = [];
    this.permissions = [];
    this.quotas = {};
  }
}
